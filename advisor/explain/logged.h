// How a program may log a loss of L nats.
#pragma once

#include <vector>

#include "advisor/evaluation.h"
#include "advisor/explain/candidate.h"

namespace ssem::advisor {

struct Logged {
  double scale = 1;
  double weight = 1;
  std::vector<OtherSetting> others = {};  // none: as said
};

// The first is what was said. `embeddings` is N, for the sum.
std::vector<Logged> ways_to_log(const EvaluationRequest& request, double embeddings);

}  // namespace ssem::advisor
