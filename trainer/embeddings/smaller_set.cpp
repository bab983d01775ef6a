#include "trainer/embeddings/smaller_set.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/json/training/point.h"
#include "trainer/embeddings/mini_batches.h"

namespace ssem::trainer {
namespace {

// A batch that is a larger part of its set meets the same images again and again.
constexpr std::int64_t kBatchesInSet = 4;

}  // namespace

std::optional<SmallerSet> smaller_set(const TrainSpec& spec, const advisor::Evaluation& predicted,
                                      double most_difference) {
  const advisor::Problem& problem = spec.problem;
  if (!draws_batches(problem) || !problem.dataset_instances_per_class) return std::nullopt;
  if (!predicted.within_class_variance) return std::nullopt;
  const std::int64_t whole = *problem.dataset_instances_per_class;
  const std::int64_t images = std::max(kWholeImages, kBatchesInSet * problem.batch_size);
  const std::int64_t least = std::max({images / problem.classes, problem.instances_per_class, std::int64_t{2}});
  for (std::int64_t each = least; each <= whole / 2; each += (each + 3) / 4) {
    advisor::EvaluationRequest smaller{problem, std::nullopt, spec.temperature};
    if (advisor::json::training::is_trained_with_loss_weight(problem.convention))
      smaller.loss_weight = spec.loss_weight;
    smaller.problem.dataset_instances_per_class = each;
    advisor::Evaluation there = advisor::evaluate(smaller);
    if (!there.within_class_variance || there.collapsed != predicted.collapsed) continue;
    const double difference = std::abs(*there.within_class_variance - *predicted.within_class_variance);
    if (difference <= most_difference) return SmallerSet{each, std::move(there)};
  }
  return std::nullopt;
}

}  // namespace ssem::trainer
