#include "advisor/recommend/chosen_point.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/evaluate/point_evaluation.h"
#include "advisor/numeric/log_search.h"
#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

// Below this the higher of two solutions is taken, if it keeps its margins: single precision has little room left.
constexpr double kComfortableTemperature = 0.02;

// Below this the temperature was not lowered as far as a reader's digits go.
constexpr double kSameTemperature = 5e-3;

// In three digits or as many as keep it below 1, rounded up: a bound must not be printed below itself.
std::string at_least(double value) {
  if (!(value > 0 && value < 1)) return number_text(value);
  for (int digits = 3; digits < 16; ++digits) {
    const double unit = std::pow(10, std::floor(std::log10(value)) + 1 - digits);
    const double above = std::ceil(value / unit) * unit;
    if (above < 1) return number_text(above, digits);
  }
  return number_text(value, 17);
}

std::string batch_help(const Problem& problem, const SsemModel& model) {
  const bool few = model.batch().instances() < 8;
  if (problem.sampling == Sampling::random) {
    return few ? "A balanced sampler, or one that draws fewer classes per batch, lets images of a class meet."
               : "A larger batch raises the highest variance this loss can reach.";
  }
  return few ? "A larger batch or fewer classes per batch puts more images of a class together."
             : "A larger batch raises the highest variance this loss can reach.";
}

class Chooser {
 public:
  Chooser(const RecommendationRequest& request, const SsemModel& model, const DimensionBoundary& boundary,
          double target)
      : request_(request), model_(model), boundary_(boundary), target_(target), curve_(model, boundary, target) {}

  ChosenPoint choose() {
    const double most = model_.max_within_class_variance();
    if (model_.batch().instances() <= 1 && model_.mixture() == nullptr) return no_pairs();
    if (target_ >= most) {
      why("The target " + number_text(target_) + " exceeds the highest within-class variance of this batch, " +
          number_text(most) + ".");
      return nearest_at_full_weight();
    }
    if (request_.temperature) return at_fixed_temperature(*request_.temperature);
    if (request_.loss_weight && !has_fixed_loss_weight(request_.problem.convention)) {
      return at_fixed_loss_weight(*request_.loss_weight);
    }
    return free_choice();
  }

 private:
  void why(std::string sentence) { result_.why.push_back(std::move(sentence)); }
  void help(std::string sentence) { result_.what_would_help.push_back(std::move(sentence)); }
  ChosenPoint take(double loss_weight, double temperature, bool feasible) {
    result_.loss_weight = loss_weight;
    result_.temperature = temperature;
    result_.feasible = feasible;
    return std::move(result_);
  }
  double variance_at(double loss_weight, double temperature) const {
    const double ideal = model_.within_class_variance(model_.optimum(loss_weight, temperature), temperature);
    if (request_.problem.imbalanced() || !boundary_.regime()) return ideal;
    return dimensioned_variance(request_.problem, model_, boundary_.regime(), ideal <= 0, loss_weight, temperature)
        .within_class_variance.value_or(ideal);
  }

  // The curve is SSEM's. Where the class means cannot form a simplex it may be far off.
  std::string how_sure() const {
    const bool guide =
        boundary_.regime() == DimensionRegime::no_simplex || boundary_.regime() == DimensionRegime::tangent_only;
    return guide ? " with a dimension for every class; in " + std::to_string(*request_.problem.dimension) +
                       " dimensions this is only a guide, and the variance is usually lower."
           : curve_.estimated() ? ", by the estimate that holds in this dimension."
                                : ", in closed form.";
  }

  ChosenPoint no_pairs() {
    why("A batch holds one image of each class: no two images of a class meet, so no loss weight and no temperature "
        "gives a within-class variance.");
    const std::int64_t classes = request_.problem.classes_per_batch;
    help("Use a batch of at least " + std::to_string(2 * classes) + " images, or a sampler with fewer than " +
         std::to_string(classes) + " classes per batch.");
    return take(request_.loss_weight.value_or(1.0), request_.temperature.value_or(kCustomaryTemperature), false);
  }

  // Loss weight 1 comes closest; on a data set a lower temperature comes closer still.
  ChosenPoint nearest_at_full_weight() {
    double temperature = request_.temperature.value_or(kCustomaryTemperature);
    const double loss_weight = request_.loss_weight.value_or(1.0);
    if (!request_.temperature) {
      const double best =
          golden_section_argmax(1e-2, 1e1, 1e-4, [&](double candidate) { return variance_at(loss_weight, candidate); });
      if (variance_at(loss_weight, best) > variance_at(loss_weight, temperature) + 1e-6) temperature = best;
    }
    why("The nearest reachable point is loss weight " + number_text(loss_weight) + " at temperature " +
        number_text(temperature) + ".");
    const double nearest = variance_at(loss_weight, temperature);
    if (nearest > 0) {
      help("A target below " + number_text(nearest) + " can be reached here.");
    } else if (loss_weight < 1 && variance_at(1.0, temperature) > 0) {
      help("At loss weight 1 a target below " + number_text(variance_at(1.0, temperature)) + " can be reached.");
    }
    help(batch_help(request_.problem, model_));
    return take(loss_weight, temperature, false);
  }

  ChosenPoint at_fixed_temperature(double temperature) {
    const CurvePoint point = curve_.at(temperature);
    if (!(point.loss_weight.one_minus >= 0)) {
      why("At temperature " + number_text(temperature) + " no loss weight reaches the target " + number_text(target_) +
          ".");
      const CurvePoint flattest = curve_.flattest();
      if (flattest.loss_weight.one_minus >= 0) {
        help(std::string(flattest.temperature < temperature ? "A lower" : "A higher") +
             " temperature reaches it: the smallest loss weight is at " + number_text(flattest.temperature) + ".");
      }
      help(batch_help(request_.problem, model_));
      const double nearest = variance_at(1.0, temperature);
      why("The nearest reachable point is loss weight 1, with within-class variance " + number_text(nearest) + ".");
      return take(1.0, temperature, false);
    }
    why("Temperature " + number_text(temperature) +
        " is held fixed: exactly one loss weight gives within-class variance " + number_text(target_) + " there" +
        how_sure());
    return take(point.loss_weight.value, temperature, true);
  }

  ChosenPoint at_fixed_loss_weight(double loss_weight) {
    const CurvePoint flattest = curve_.flattest();
    std::vector<double> found = curve_.temperatures(loss_weight, flattest);
    if (found.empty() && variance_at(loss_weight, flattest.temperature) > target_) return above_target(loss_weight);
    if (found.empty()) {
      const double best = golden_section_argmax(kLowestTemperature, kHighestTemperature, 1e-6, [&](double temperature) {
        return variance_at(loss_weight, temperature);
      });
      const double variance = variance_at(loss_weight, best);
      why("At loss weight " + number_text(loss_weight) + " no temperature reaches the target " + number_text(target_) +
          ".");
      why(variance > 0 ? "The nearest reachable point is the temperature with the highest variance there, " +
                             number_text(variance) + "."
                       : "Every temperature collapses at this loss weight.");
      if (flattest.loss_weight.one_minus >= 0) {
        help("Raise the loss weight to at least " + at_least(flattest.loss_weight.value) + " (at temperature " +
             number_text(flattest.temperature) + ").");
      }
      help(batch_help(request_.problem, model_));
      return take(loss_weight, variance > 0 ? best : kCustomaryTemperature, false);
    }
    const std::size_t chosen = best_of(found);
    const bool several = found.size() > 1;
    why("Loss weight " + number_text(loss_weight) + " is held fixed: " + std::to_string(found.size()) +
        (several ? " temperatures give within-class variance " : " temperature gives within-class variance ") +
        number_text(target_) + ".");
    if (several) {
      why(curve_.saturates() ? "The one where the variance depends least on the loss weight is recommended."
          : chosen == 0      ? "The lower one is recommended: it is further from collapse."
                             : "The higher one is recommended: the lower one leaves little room in single precision.");
      for (std::size_t i = 0; i < found.size(); ++i) {
        if (i != chosen) result_.other_temperatures.push_back(found[i]);
      }
    }
    return take(loss_weight, found[chosen], true);
  }

  // A loss weight so high that the images of a class are further apart than wanted at every temperature.
  ChosenPoint above_target(double loss_weight) {
    const double low = curve_.lowest_temperature();
    const double closest = golden_section_argmax(
        low, kHighestTemperature, 1e-6, [&](double temperature) { return -variance_at(loss_weight, temperature); });
    const bool closer =
        variance_at(loss_weight, closest) < variance_at(loss_weight, kCustomaryTemperature) * (1 - kSameTemperature);
    const double temperature = closer ? closest : kCustomaryTemperature;
    why("At loss weight " + number_text(loss_weight) + " the within-class variance exceeds the target " +
        number_text(target_) + " at every temperature.");
    why("The nearest reachable point has within-class variance " + number_text(variance_at(loss_weight, temperature)) +
        ".");
    const ChosenPoint lower = Chooser(request_, model_, boundary_, target_).free_choice();
    if (lower.feasible) {
      help("Lower the loss weight: " + number_text(lower.loss_weight) + " at temperature " +
           number_text(lower.temperature) + " has the target.");
    }
    return take(loss_weight, temperature, false);
  }

  ChosenPoint free_choice() {
    const CurvePoint flattest = curve_.flattest();
    if (!(flattest.loss_weight.one_minus > 0)) {
      why("No loss weight reaches the target " + number_text(target_) + " at any temperature.");
      return nearest_at_full_weight();
    }
    const CurvePoint safe =
        curve_.with_margins(flattest, kRequiredLossWeightLogitMargin, kRequiredLogTemperatureMargin);
    const bool lowered = safe.temperature < flattest.temperature * (1 - kSameTemperature);
    if (curve_.saturates() && !lowered) {
      why("At temperature " + number_text(safe.temperature) +
          " the variance of the decoupled loss depends least on the loss weight, among the points far enough from "
          "collapse.");
    } else if (!lowered) {
      why("Temperature " + number_text(safe.temperature) +
          " needs the smallest loss weight for this target, and there the variance does not change with temperature to "
          "first order.");
    } else {
      why("The best point for this target otherwise (loss weight " + number_text(flattest.loss_weight.value) +
          " at temperature " + number_text(flattest.temperature) +
          ") lies too close to collapse: the temperature is lowered to " + number_text(safe.temperature) +
          " until the margins hold.");
    }
    why("Loss weight " + number_text(safe.loss_weight.value) +
        " (of the self-supervised term) gives the target within-class variance " + number_text(target_) +
        " at this temperature" + how_sure());
    return take(safe.loss_weight.value, safe.temperature, true);
  }

  std::size_t best_of(const std::vector<double>& temperatures) const {
    if (!curve_.saturates()) {
      return temperatures.size() == 2 && temperatures[0] < kComfortableTemperature &&
             enough(curve_.at(temperatures[1]));
    }
    const auto sensitivity = [&](double temperature) { return curve_.within_per_logit(curve_.at(temperature)); };
    const auto best = std::min_element(temperatures.begin(), temperatures.end(),
                                       [&](double a, double b) { return sensitivity(a) < sensitivity(b); });
    return static_cast<std::size_t>(best - temperatures.begin());
  }

  bool enough(const CurvePoint& point) const {
    const Margin margin = curve_.margin(point, true);
    return margin.loss_weight_logit >= kRequiredLossWeightLogitMargin &&
           margin.log_temperature >= kRequiredLogTemperatureMargin;
  }

  const RecommendationRequest& request_;
  const SsemModel& model_;
  const DimensionBoundary& boundary_;
  double target_;
  TargetCurve curve_;
  ChosenPoint result_;
};

}  // namespace

ChosenPoint choose_point(const RecommendationRequest& request, const SsemModel& model,
                         const DimensionBoundary& boundary, double target) {
  return Chooser(request, model, boundary, target).choose();
}

}  // namespace ssem::advisor
