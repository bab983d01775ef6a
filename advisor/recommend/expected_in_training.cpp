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

}  // namespace

VarianceInTraining::VarianceInTraining(const Problem& problem) : problem_(problem), model_(advised_model(problem)) {}

std::optional<VarianceInTraining> VarianceInTraining::of(const Problem& problem) {
  if (!has_directions(problem)) return std::nullopt;
  return VarianceInTraining(problem);
}

double VarianceInTraining::slope(double variance, double loss_weight, double temperature,
                                 const EncoderHabit& habit) const {
  VarianceEstimateInput input = estimate_input(problem_, model_, loss_weight, temperature);
  const auto classes = static_cast<double>(problem_.classes);
  double directions = std::max(1.0, habit.directions * std::pow(variance, kDirectionsPower));
  if (problem_.dimension) directions = std::min(directions, static_cast<double>(*problem_.dimension) - classes + 1);
  input.dimension = classes - 1 + directions;
  return SpreadLoss(input).slopes_at(variance, 0).by_variance;
}

// Where the variance is stationary among embeddings of so many directions: E1's slope is linear in the loss weight.
double VarianceInTraining::stationary_loss_weight(double variance, double temperature,
                                                  const EncoderHabit& habit) const {
  const double none = slope(variance, 0, temperature, habit), all = slope(variance, 1, temperature, habit);
  return none / (none - all);
}

double VarianceInTraining::delivered(double loss_weight, double temperature, const EncoderHabit& habit) const {
  const auto beyond = [&](double log_variance) {
    return stationary_loss_weight(std::exp(log_variance), temperature, habit) - loss_weight;
  };
  const double low = std::log(kLeastVariance), high = std::log(kMostVariance);
  const double at_low = beyond(low), at_high = beyond(high);
  double variance = 0;
  if (at_high < 0) {
    variance = kMostVariance;
  } else if (at_low < 0) {
    variance = std::exp(bracketed_root(beyond, low, at_low, high, at_high, 0, kTolerance).at);
  }
  return std::min(std::hypot(variance, habit.floor), kMostVariance);
}

ExpectedInTraining VarianceInTraining::at(double loss_weight, double temperature) const {
  ExpectedInTraining expected;
  expected.within_class_variance = delivered(loss_weight, temperature, kUsualHabit);
  const double narrow = delivered(loss_weight, temperature, kNarrowHabit);
  const double wide = delivered(loss_weight, temperature, kWideHabit);
  expected.low = std::max(std::min({narrow, wide, expected.within_class_variance}) - kRunScatter, 0.0);
  expected.high = std::min(std::max({narrow, wide, expected.within_class_variance}) + kRunScatter, 1.0);
  expected.basis = "encoders spread the images of a class over few directions, about " +
                   number_text(kUsualHabit.directions * std::pow(expected.within_class_variance, kDirectionsPower), 2) +
                   " here; the estimate with so many, fitted on " + kFittedOn;
  return expected;
}

double VarianceInTraining::loss_weight_for(double within_class_variance, double temperature) const {
  const double floor = kUsualHabit.floor;
  const double squares = within_class_variance * within_class_variance - floor * floor;
  return stationary_loss_weight(std::sqrt(std::max(squares, kLeastVariance * kLeastVariance)), temperature,
                                kUsualHabit);
}

std::optional<ExpectedInTraining> expected_in_training(const Problem& problem, double loss_weight, double temperature) {
  const auto training = VarianceInTraining::of(problem);
  if (!training) return std::nullopt;
  return training->at(loss_weight, temperature);
}

}  // namespace ssem::advisor
