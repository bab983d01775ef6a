// The report of a run (trainer/README.md).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "advisor/evaluation.h"
#include "trainer/blas/library.h"
#include "trainer/control/control_verdict.h"
#include "trainer/spec/train_spec.h"
#include "trainer/verdict/verdict.h"

namespace ssem::trainer {

struct RunReport {
  TrainSpec spec;
  advisor::Evaluation predicted;
  Measured measured;
  RunFacts facts;
  std::optional<ControlReport> control;  // of a run whose loss weight was steered
  Verdict verdict;
  std::vector<std::string> notes;  // what a reader should know besides, in sentences
  std::string device;
  std::int64_t steps = 0;
  double elapsed_s = 0;
  double images_per_s = 0;
  blas::BlasFacts blas;
};

// What was not measured, and numbers that are not finite, are "nan", "inf" or "-inf".
nlohmann::ordered_json to_json(const RunReport& report);
nlohmann::ordered_json to_json(const NestedVariance& nested);

}  // namespace ssem::trainer
