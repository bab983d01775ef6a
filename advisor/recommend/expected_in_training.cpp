#include "advisor/recommend/expected_in_training.h"

#include <algorithm>

#include "advisor/dimension/dimension_regime.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/model/advised_model.h"

namespace ssem::advisor {
namespace {

bool has_estimate(const Problem& problem) {
  return !problem.imbalanced() && !has_fixed_loss_weight(problem.convention) &&
         (!problem.dimension || *problem.dimension >= problem.classes);
}

std::optional<double> variance_with(const Problem& problem, std::int64_t directions, double loss_weight,
                                    double temperature) {
  const Problem used = as_encoders_use(problem, directions);
  const SsemModel model = advised_model(used);
  const DimensionBoundary boundary(used, model);
  return evaluate_point(used, model, boundary, loss_weight, temperature).within_class_variance;
}

}  // namespace

Problem as_encoders_use(const Problem& problem, std::int64_t directions) {
  Problem used = problem;
  const std::int64_t dimension = problem.classes - 1 + directions;
  used.dimension = std::min(problem.dimension.value_or(dimension), dimension);
  return used;
}

std::optional<ExpectedInTraining> expected_in_training(const Problem& problem, double loss_weight, double temperature) {
  if (!has_estimate(problem)) return std::nullopt;
  const auto middle = variance_with(problem, kUsualDirections, loss_weight, temperature);
  const auto few = variance_with(problem, kFewDirections, loss_weight, temperature);
  const auto many = variance_with(problem, kManyDirections, loss_weight, temperature);
  if (!middle || !few || !many) return std::nullopt;
  return ExpectedInTraining{*middle, std::min({*few, *middle, *many}), std::max({*few, *middle, *many}),
                            "the estimate with the " + std::to_string(kFewDirections) + " to " +
                                std::to_string(kManyDirections) +
                                " directions that encoders were seen to spread the images of a class over, usually " +
                                std::to_string(kUsualDirections)};
}

}  // namespace ssem::advisor
