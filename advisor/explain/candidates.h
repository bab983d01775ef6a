// Everything that a logged value could be, given what was said of the training.
#pragma once

#include <vector>

#include "advisor/evaluation.h"
#include "advisor/explain/candidate.h"
#include "advisor/explain/rungs.h"

namespace ssem::advisor {

// What the request left open, so that it is tried instead of taken for granted.
struct Unknown {
  bool classes = false;
  bool batch = false;
  bool temperature = false;
  bool usual_temperature = false;  // the settings' own is a library's default, and the first to try
  bool convention = false;         // plain SupCon is taken for it
};

// With what was said, and with one thing that differs: the base temperature (L tau/0.07), the sum instead of the mean
// (N L), the logarithm (L/ln 2), the views counted (one; the other view's alone), the GPUs, the sampler, the dimension,
// a temperature among the usual ones where it is unknown. Weights sum to about 1; those of differences are small, so
// that a value must agree well with them. Needs a known batch. About a millisecond.
std::vector<Candidate> candidates(const EvaluationRequest& request, const Unknown& unknown);

// The value alone, without a batch: log(N) families. Expected values are log(K) s of whole numbers K near to it.
std::vector<Candidate> candidates_without_batch(const EvaluationRequest& request, const Unknown& unknown, double value);

inline constexpr double kSupContrastBase = 0.07;  // of HobbitLong/SupContrast and what was copied from it
inline constexpr std::int64_t kUsualDimension = 128;

}  // namespace ssem::advisor
