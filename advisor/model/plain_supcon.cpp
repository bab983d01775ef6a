#include "advisor/model/plain_supcon.h"

#include <numeric>

#include "advisor/model/batch_terms.h"

namespace ssem::advisor {
namespace {

double own_share(double instances, double views) { return (views - 1) / (instances * views - 1); }

}  // namespace

double plain_supcon_loss_weight(const Problem& problem) {
  if (problem.views == 1) return 0;
  const auto views = static_cast<double>(problem.views);
  double sum = 0;
  if (problem.imbalanced()) {
    const auto total =
        static_cast<double>(std::accumulate(problem.class_counts.begin(), problem.class_counts.end(), std::int64_t{0}));
    for (const std::int64_t count : problem.class_counts) {
      const double share = static_cast<double>(count) / total;
      const double in_batch = share * static_cast<double>(problem.batch_size);
      sum += share * (in_batch > 1 ? own_share(in_batch, views) : 1.0);
    }
    return sum;
  }
  for (const BatchTerm& term : batch_terms(problem)) sum += term.weight * own_share(term.partners + 1, views);
  return sum;
}

}  // namespace ssem::advisor
