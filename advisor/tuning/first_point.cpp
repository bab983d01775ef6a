#include "advisor/tuning/first_point.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/number_text.h"
#include "advisor/recommendation.h"

namespace ssem::advisor::tuning {
namespace {

double nearest(const Axis& axis, double value) { return value_at(axis, std::clamp(unit_of(axis, value), 0.0, 1.0)); }

// Real values are kept to the digit; grids take their nearest value.
double within(const Axis& axis, double value) {
  return axis.step > 0 ? nearest(axis, value) : std::clamp(value, axis.low, axis.high);
}

// A field of the problem stays as the problem has it, where the axis does.
double nearest_to_problem(const ProblemAxes& axes, const MovingField& field, const Axis& axis, double middle) {
  const auto own = value_in(axes.problem, field.parameter);
  if (!own) return middle;
  if (field.choices.empty()) return nearest(axis, *own);
  const auto closer = [&](double a, double b) { return std::abs(a - *own) < std::abs(b - *own); };
  return static_cast<double>(std::min_element(field.choices.begin(), field.choices.end(), closer) -
                             field.choices.begin());
}

}  // namespace

FirstPoint first_point(const SearchSpace& space) {
  const ProblemAxes& axes = *space.problem_axes();
  const Axis& loss_weight_axis = space.axes()[axes.loss_weight];
  const Axis& temperature_axis = space.axes()[axes.temperature];
  FirstPoint first;
  for (const Axis& axis : space.axes()) {
    first.values.push_back(axis.kind == Axis::Kind::categorical ? 0.0 : value_at(axis, 0.5));
  }
  for (const MovingField& field : axes.moving) {
    first.values[field.axis] = nearest_to_problem(axes, field, space.axes()[field.axis], first.values[field.axis]);
  }
  RecommendationRequest request;
  request.problem = space.problem_of(first.values).value_or(axes.problem);
  if (loss_weight_axis.single()) request.loss_weight = std::clamp(loss_weight_axis.low, 0.0, 1.0);
  Recommendation advice = recommend(request);
  double temperature = within(temperature_axis, advice.evaluation.temperature);
  if (temperature != advice.evaluation.temperature && temperature >= kLowestTemperature &&
      temperature <= kHighestTemperature) {
    first.why.push_back("The recommended temperature " + number_text(advice.evaluation.temperature) +
                        " is not in the search space: " + number_text(temperature) + " is the nearest.");
    request.temperature = temperature;
    request.loss_weight.reset();  // at most one of the two can be held
    advice = recommend(request);
  }
  double loss_weight = loss_weight_axis.low;
  if (advice.evaluation.loss_weight) {
    loss_weight = within(loss_weight_axis, *advice.evaluation.loss_weight);
    if (loss_weight != *advice.evaluation.loss_weight) {
      first.why.push_back("The recommended loss weight " + number_text(*advice.evaluation.loss_weight) +
                          " is not in the search space: " + number_text(loss_weight) + " is the nearest.");
    }
  }
  first.values[axes.loss_weight] = loss_weight;
  first.values[axes.temperature] = temperature;
  first.why.insert(first.why.begin(), "This is the advisor's recommendation.");
  first.why.insert(first.why.end(), advice.why.begin(), advice.why.end());
  return first;
}

}  // namespace ssem::advisor::tuning
