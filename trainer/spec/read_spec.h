// The spec of one training run from JSON (trainer/README.md): exact types, ranges, rules across fields, no unknown
// fields; all faults at once, each with its JSON pointer.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "advisor/result.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// Embeddings mode keeps every coordinate in memory, in float64: at most this many.
inline constexpr std::int64_t kMaxFreeCoordinates = 500'000'000;

// problem.dimension and model.projection are equal in the result: where one was given, the other follows. In embeddings
// mode without either the dimension stays absent: the run takes what the theory needs.
// dataset.classes of generated data follows problem.classes.
Result<TrainSpec> read_spec(const nlohmann::ordered_json& body);

}  // namespace ssem::trainer
