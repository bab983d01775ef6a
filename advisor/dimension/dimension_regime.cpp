#include "advisor/dimension/dimension_regime.h"

#include <algorithm>

#include "advisor/dimension/low_dimension.h"
#include "advisor/numeric/log_math.h"
#include "advisor/numeric/log_search.h"

namespace ssem::advisor {
namespace {

LowDimensionInput low_dimension_input(const Problem& problem, const BalancedBatch& batch, double temperature) {
  LowDimensionInput input;
  input.classes = batch.classes();
  input.instances_per_class = batch.instances();
  input.others_share = batch.others() / (batch.instances() * (batch.classes() - 1));
  input.dataset_share = batch.dataset_share();
  input.own_image_share = batch.own_image_share();
  input.dimension = *problem.dimension;
  input.temperature = temperature;
  return input;
}

constexpr LossWeight kEverythingBelowOne{1 - 0x1p-53, 0x1p-53};

}  // namespace

std::string_view name(DimensionRegime regime) {
  switch (regime) {
    case DimensionRegime::exact:
      return "exact";
    case DimensionRegime::boundary_exact:
      return "boundary_exact";
    case DimensionRegime::tangent_only:
      return "tangent_only";
    case DimensionRegime::no_simplex:
      return "no_simplex";
  }
  return {};
}

std::optional<DimensionRegime> dimension_regime(const Problem& problem) {
  if (!problem.dimension) return std::nullopt;
  const auto dimension = static_cast<double>(*problem.dimension);
  const auto classes = static_cast<double>(problem.classes);
  double images = problem.dataset_instances() * classes;
  if (problem.imbalanced()) {
    images = 0;
    for (const std::int64_t count : problem.class_counts) images += static_cast<double>(count);
  }
  if (dimension >= images - 1) return DimensionRegime::exact;
  if (dimension >= classes) return DimensionRegime::boundary_exact;
  if (dimension == classes - 1) return DimensionRegime::tangent_only;
  return DimensionRegime::no_simplex;
}

LossWeight threshold_on_a_line(const LossWeight& roomy) { return roomy.one_minus <= 0 ? roomy : kEverythingBelowOne; }

DimensionBoundary::DimensionBoundary(const Problem& problem, const SsemModel& model)
    : problem_(problem), model_(model), regime_(dimension_regime(problem)) {}

CollapseBoundary DimensionBoundary::loss_weight_threshold(double temperature, bool closed_form_only) const {
  const bool approximate = model_.mixture() != nullptr;
  if (!regime_ || *regime_ == DimensionRegime::exact || *regime_ == DimensionRegime::boundary_exact) {
    return {model_.loss_weight_threshold(temperature), false};
  }
  if (*problem_.dimension == 1) {
    return {threshold_on_a_line(model_.loss_weight_threshold(temperature)), false};
  }
  if (*regime_ == DimensionRegime::tangent_only) {
    return {model_.batch().tangent_loss_weight_threshold(temperature), approximate};
  }
  LowDimensionInput input = low_dimension_input(problem_, model_.batch(), temperature);
  input.estimate_only = closed_form_only;
  const LowDimensionBoundary boundary = low_dimension_boundary(input);
  return {{boundary.loss_weight_threshold, boundary.one_minus_loss_weight_threshold},
          approximate || boundary.estimated || !boundary.converged};
}

double DimensionBoundary::temperature_threshold(double loss_weight, bool closed_form_only) const {
  if (!regime_ || *regime_ == DimensionRegime::exact || *regime_ == DimensionRegime::boundary_exact ||
      has_fixed_loss_weight(problem_.convention)) {
    return model_.temperature_threshold(loss_weight);
  }
  if (*problem_.dimension == 1) return loss_weight < 1 ? 0 : model_.temperature_threshold(loss_weight);
  if (*regime_ == DimensionRegime::no_simplex) {
    LowDimensionInput input = low_dimension_input(problem_, model_.batch(), 1);
    input.estimate_only = closed_form_only;
    return low_dimension_temperature_threshold(input, loss_weight);
  }
  const BalancedBatch& batch = model_.batch();
  const auto collapsed = [&](double temperature) {
    return is_collapsed(loss_weight, batch.tangent_loss_weight_threshold(temperature));
  };
  // The tangent threshold lies above the simplex one, so the simplex temperature bounds it from above.
  const double high = std::clamp(batch.temperature_threshold(loss_weight), kLowestSearched, kHighestSearched);
  if (collapsed(kLowestSearched)) return 0;
  if (!collapsed(high)) return kInfinity;
  return bisect_log(kLowestSearched, high, 1e-15, collapsed);
}

}  // namespace ssem::advisor
