#include "advisor/model/advised_model.h"

#include <algorithm>
#include <numeric>

#include "advisor/numeric/log_math.h"

namespace ssem::advisor {

double effective_instances(const Problem& problem) {
  const auto total =
      static_cast<double>(std::accumulate(problem.class_counts.begin(), problem.class_counts.end(), std::int64_t{0}));
  const auto batch_size = static_cast<double>(problem.images_met());
  double smallest = kInfinity;
  double square_sum = 0;
  for (const std::int64_t count : problem.class_counts) {
    const double share = static_cast<double>(count) / total;
    const double in_batch = share * batch_size;
    square_sum += share * share;
    if (in_batch >= 2) smallest = std::min(smallest, in_batch);
  }
  if (problem.reduction == Reduction::anchor_mean && smallest < kInfinity) return smallest;
  return 1 + (batch_size - 1) * square_sum;
}

SsemModel advised_model(const Problem& problem) {
  if (problem.imbalanced()) return {problem, effective_instances(problem)};
  return SsemModel(problem);
}

}  // namespace ssem::advisor
