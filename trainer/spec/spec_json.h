// A spec as JSON that read_spec() reads back to the same spec: reports carry it, so that a run can be repeated.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// Fields that the mode or the kinds do not look at are left out.
nlohmann::ordered_json to_json(const TrainSpec& spec);

}  // namespace ssem::trainer
