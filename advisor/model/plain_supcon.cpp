#include "advisor/model/plain_supcon.h"

#include <numeric>

#include "advisor/model/batch_terms.h"

namespace ssem::advisor {
namespace {

// Across the views an image has one positive of its own, as each of its class has.
double own_share(const Problem& problem, double instances) {
  if (problem.convention == Convention::cross_view) return 1 / instances;
  const auto views = static_cast<double>(problem.views);
  return (views - 1) / (instances * views - 1);
}

}  // namespace

double plain_supcon_loss_weight(const Problem& problem) {
  if (problem.views == 1) return 0;
  double sum = 0;
  if (problem.imbalanced()) {
    const auto total =
        static_cast<double>(std::accumulate(problem.class_counts.begin(), problem.class_counts.end(), std::int64_t{0}));
    for (const std::int64_t count : problem.class_counts) {
      const double share = static_cast<double>(count) / total;
      const double in_batch = share * static_cast<double>(problem.images_met());
      sum += share * (in_batch > 1 ? own_share(problem, in_batch) : 1.0);
    }
    return sum;
  }
  for (const BatchTerm& term : batch_terms(problem)) sum += term.weight * own_share(problem, term.partners + 1);
  return sum;
}

bool acts_like_one_loss_weight(const Problem& problem) {
  return problem.convention == Convention::supcon && problem.sampling == Sampling::balanced && !problem.imbalanced();
}

double positives_weight(const Problem& problem, double partners, double mean_partners) {
  const auto views = static_cast<double>(problem.views);
  const double positives = (partners + 1) * views - 1;
  if (!(positives > 0)) return 0;
  const bool by_pairs = problem.reduction == Reduction::pair_mean && problem.convention != Convention::supcon_in;
  return by_pairs ? positives / ((mean_partners + 1) * views - 1) : 1;
}

}  // namespace ssem::advisor
