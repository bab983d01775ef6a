// A smaller data set in place of the one asked for. Its images are visited as often in a fraction of the steps: 50,000
// free vectors take minutes, the few thousand that stand for them seconds.
//
// What the loss knows of the data set's size M (images of a class) is how often two images of a class meet in a batch,
// the similarity 1 - v M / (M - 1) of two of them, and how evenly M images lie in d - m + 1 dimensions (theory.md,
// section 4): all within O(1/M) of their limits. So the prediction for M' images of a class is near that for M from
// some M' on; what is trained is held against its own.
#pragma once

#include <cstdint>
#include <optional>

#include "advisor/evaluation.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

struct SmallerSet {
  std::int64_t images_per_class = 0;
  advisor::Evaluation predicted;  // of these images
};

// Sets of fewer images are trained whole.
inline constexpr std::int64_t kWholeImages = 2000;

// From kWholeImages images, or four batches if these are more, in steps of a quarter: the first set whose predicted
// variance differs from `predicted` by `most_difference` at most and whose state (collapsed or not) is the same. Absent
// where the batch is the data set, where classes are unequal, and where nothing up to half the set will do. Some
// evaluations.
std::optional<SmallerSet> smaller_set(const TrainSpec& spec, const advisor::Evaluation& predicted,
                                      double most_difference);

}  // namespace ssem::trainer
