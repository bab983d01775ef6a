#include "advisor/recommend/expected_in_training.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/spread_loss.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/model/advised_model.h"
#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

// Runs of one small convolutional network on Fashion-MNIST and MNIST (five classes of two), 64 dimensions, temperatures
// .1 and .15, loss weights 0 to .5. Other encoders, numbers of classes and dimensions are taken to behave alike.
constexpr const char* kFittedOn = "26 runs of a small convolutional network on Fashion-MNIST and MNIST";

constexpr double kLeastVariance = 1e-3;
constexpr double kMostVariance = 0.99;
constexpr double kTolerance = 1e-5;  // of the variance, relative

bool has_directions(const Problem& problem) {
  return !problem.imbalanced() && !has_fixed_loss_weight(problem.convention) && problem.views >= 2 &&
         (!problem.dimension || *problem.dimension >= problem.classes);
}

double squares_apart(double whole, double part) { return std::sqrt(std::max(0.0, whole * whole - part * part)); }

// The loss weight at which w is stationary among embeddings of so many directions: E1's slope is linear in it.
class StationaryLossWeight {
 public:
  StationaryLossWeight(const Problem& problem, const SsemModel& model, double temperature, const EncoderHabit& habit)
      : problem_(problem), model_(model), temperature_(temperature), habit_(habit) {}

  double at(double w) const {
    const double none = slope(w, 0), all = slope(w, 1);
    return none / (none - all);
  }

 private:
  double slope(double w, double loss_weight) const {
    VarianceEstimateInput input = estimate_input(problem_, model_, loss_weight, temperature_);
    const auto classes = static_cast<double>(problem_.classes);
    double directions = std::max(1.0, habit_.directions * std::pow(w, kDirectionsPower));
    if (problem_.dimension) {
      directions = std::min(directions, static_cast<double>(*problem_.dimension) - classes + 1);
    }
    input.dimension = classes - 1 + directions;
    return SpreadLoss(input).slopes_at(w, 0).by_variance;
  }

  const Problem& problem_;
  const SsemModel& model_;
  double temperature_;
  EncoderHabit habit_;
};

double delivered(const StationaryLossWeight& stationary, double loss_weight, double floor) {
  const auto beyond = [&](double log_variance) { return stationary.at(std::exp(log_variance)) - loss_weight; };
  const double low = std::log(kLeastVariance), high = std::log(kMostVariance);
  const double at_low = beyond(low), at_high = beyond(high);
  double variance = 0;
  if (at_high < 0) {
    variance = kMostVariance;
  } else if (at_low < 0) {
    variance = std::exp(bracketed_root(beyond, low, at_low, high, at_high, 0, kTolerance).at);
  }
  return std::min(std::hypot(variance, floor), kMostVariance);
}

}  // namespace

std::optional<ExpectedInTraining> expected_in_training(const Problem& problem, double loss_weight, double temperature) {
  if (!has_directions(problem)) return std::nullopt;
  const SsemModel model = advised_model(problem);
  const auto with = [&](const EncoderHabit& habit) {
    return delivered(StationaryLossWeight(problem, model, temperature, habit), loss_weight, habit.floor);
  };
  ExpectedInTraining expected;
  expected.within_class_variance = with(kUsualHabit);
  expected.low = std::min(with(kNarrowHabit), expected.within_class_variance);
  expected.high = std::max(with(kWideHabit), expected.within_class_variance);
  expected.basis = "encoders spread the images of a class over few directions, about " +
                   number_text(kUsualHabit.directions * std::pow(expected.within_class_variance, kDirectionsPower), 2) +
                   " here; the estimate with so many, fitted on " + kFittedOn;
  return expected;
}

std::optional<double> loss_weight_in_training(const Problem& problem, double within_class_variance,
                                              double temperature) {
  if (!has_directions(problem)) return std::nullopt;
  const SsemModel model = advised_model(problem);
  const double w = std::max(kLeastVariance, squares_apart(within_class_variance, kUsualHabit.floor));
  return StationaryLossWeight(problem, model, temperature, kUsualHabit).at(w);
}

}  // namespace ssem::advisor
