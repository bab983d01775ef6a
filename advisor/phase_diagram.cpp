#include "advisor/phase_diagram.h"

#include <cmath>
#include <optional>

#include "advisor/evaluate/mixed_evaluation.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/model/advised_model.h"

namespace ssem::advisor {
namespace {

std::vector<double> even_steps(double first, double last, int count) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    values[static_cast<std::size_t>(i)] = i == count - 1 ? last : first + (last - first) * i / (count - 1);
  }
  return values;
}

}  // namespace

PhaseDiagram phase_diagram(const PhaseDiagramRequest& request) {
  PhaseDiagram diagram;
  diagram.problem = request.problem;
  diagram.loss_weights = even_steps(request.min_loss_weight, request.max_loss_weight, request.loss_weights);
  diagram.temperatures =
      even_steps(std::log(request.min_temperature), std::log(request.max_temperature), request.temperatures);
  for (double& temperature : diagram.temperatures) temperature = std::exp(temperature);

  const Problem& problem = diagram.problem;
  const SsemModel model = advised_model(problem);
  const DimensionBoundary boundary(problem, model);
  const bool fixed = has_fixed_loss_weight(problem.convention);
  // The weight of a self-supervised term beside the loss.
  std::unique_ptr<MixedLoss> mixed;
  if (may_be_mixed(problem.convention) && !problem.imbalanced()) mixed = MixedLoss::of(problem, model);
  diagram.within_class_variance.assign(diagram.loss_weights.size(),
                                       std::vector<double>(diagram.temperatures.size(), 0));
  diagram.boundary.reserve(diagram.temperatures.size());
  for (std::size_t column = 0; column < diagram.temperatures.size(); ++column) {
    const double temperature = diagram.temperatures[column];
    const LossWeight threshold = mixed   ? mixed_threshold(problem, model, *mixed, temperature)
                                 : fixed ? LossWeight{1, 0}
                                         : boundary.loss_weight_threshold(temperature, true).loss_weight;
    diagram.boundary.push_back(threshold.value);
    if (const auto split = model.view_split_loss_weight(temperature); split && !fixed) {
      diagram.view_split_boundary.push_back(*split);
    }
    // Up the column the variance grows: each cell starts from the one below.
    std::optional<double> start;
    for (std::size_t row = 0; row < diagram.loss_weights.size(); ++row) {
      const double loss_weight = diagram.loss_weights[row];
      if (is_collapsed(loss_weight, threshold) || (fixed && !mixed)) continue;
      if (mixed) {
        diagram.within_class_variance[row][column] =
            mixed_point(problem, model, *mixed, loss_weight, temperature).within_class_variance;
        continue;
      }
      const DimensionedVariance estimate =
          dimensioned_variance(problem, model, boundary.regime(), false, loss_weight, temperature, start);
      start = estimate.within_class_variance;
      diagram.within_class_variance[row][column] =
          start ? *start : model.within_class_variance(model.optimum(loss_weight, temperature), temperature);
    }
  }
  return diagram;
}

}  // namespace ssem::advisor
