#include "advisor/dimension/low_dimension.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <map>
#include <mutex>
#include <optional>

#include "advisor/dimension/class_means.h"
#include "advisor/dimension/tight_frame.h"
#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/log_math.h"
#include "advisor/problem.h"

namespace ssem::advisor {
namespace {

constexpr double kWorkOfBoundary = 3e9;
constexpr double kWorkOfFirstGuess = 5e8;
constexpr double kWorkToNeighbour = 1.5e8;  // from the means of a temperature close by
constexpr int kMostSteps = 6000;
constexpr int kStarts = 3;

// Everything an answer depends on.
using Key = std::array<double, 8>;

// The most recent answers of one kind.
template <class Value>
class RecentAnswers {
 public:
  std::optional<Value> find(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    answers_.splice(answers_.begin(), answers_, found->second);
    return found->second->second;
  }

  void keep(const Key& key, const Value& answer) {
    const std::lock_guard lock(mutex_);
    if (index_.count(key) > 0) return;
    answers_.emplace_front(key, answer);
    index_[key] = answers_.begin();
    if (answers_.size() <= kCapacity) return;
    index_.erase(answers_.back().first);
    answers_.pop_back();
  }

 private:
  static constexpr std::size_t kCapacity = 4096;
  std::mutex mutex_;
  std::list<std::pair<Key, Value>> answers_;
  std::map<Key, typename std::list<std::pair<Key, Value>>::iterator> index_;
};

RecentAnswers<LowDimensionBoundary>& recent_boundaries() {
  static RecentAnswers<LowDimensionBoundary> boundaries;
  return boundaries;
}

RecentAnswers<double>& recent_temperature_thresholds() {
  static RecentAnswers<double> thresholds;
  return thresholds;
}

// `last` is a loss weight for a temperature threshold, -1 for a boundary.
Key key_of(const LowDimensionInput& input, double last) {
  return {input.classes,
          input.instances_per_class,
          input.others_share,
          input.dataset_share,
          input.own_image_share,
          static_cast<double>(input.dimension),
          last < 0 ? input.temperature : 0,
          last};
}

CollapsedLoss collapsed_loss(const LowDimensionInput& input) {
  const auto classes = static_cast<Eigen::Index>(input.classes);
  CollapsedLoss loss;
  loss.weight = Eigen::VectorXd::Constant(classes, 1 / input.classes);
  loss.own = Eigen::VectorXd::Constant(classes, input.instances_per_class - 1 + input.own_image_share);
  loss.mass = Eigen::VectorXd::Constant(classes, input.instances_per_class * input.others_share);
  loss.dimension = input.dimension;
  loss.temperature = input.temperature;
  return loss;
}

LowDimensionBoundary boundary_at(const LowDimensionInput& input, const CollapsedLoss& loss, const ClassMeans& means) {
  const Eigen::VectorXd image_weight = Eigen::VectorXd::Ones(loss.weight.size());
  const StabilityOfMeans stability(loss, image_weight, means.directions);
  LowDimensionBoundary boundary{kInfinity, -kInfinity, 0, means.converged, false};
  for (Eigen::Index c = 0; c < loss.weight.size(); ++c) {
    const ClassStability s = stability.of(c);
    const double one_minus = (input.instances_per_class - 1) / s.denominator +
                             0.5 * input.dataset_share * (s.theta - s.lambda / input.temperature);
    boundary.one_minus_loss_weight_threshold = std::max(boundary.one_minus_loss_weight_threshold, one_minus);
    boundary.collapsed_loss += std::log(s.denominator) / input.classes;
  }
  boundary.loss_weight_threshold = 1 - boundary.one_minus_loss_weight_threshold;
  return boundary;
}

LowDimensionBoundary on_a_line(const LowDimensionInput& input) {
  const double here = std::floor(input.classes / 2), there = input.classes - here;
  const double mass = input.instances_per_class * input.others_share;
  const double own = input.instances_per_class - 1 + input.own_image_share;
  const double apart = std::exp(-2 / input.temperature);
  LowDimensionBoundary boundary{1, 0, 0, true, false};
  boundary.collapsed_loss = (here * std::log(own + mass * (here - 1 + there * apart)) +
                             there * std::log(own + mass * (there - 1 + here * apart))) /
                            input.classes;
  return boundary;
}

LowDimensionBoundary estimated_boundary(const LowDimensionInput& input) {
  const auto dimension = static_cast<double>(input.dimension);
  const double mass = input.instances_per_class * input.others_share;
  const double own = input.instances_per_class - 1 + input.own_image_share;
  const KernelSums sums = tight_frame_sums(input.classes, dimension, input.temperature);
  const double denominator = own + mass * sums.plain;
  // theta/2 - lambda/(2 tau), with equal denominators and the same spread in every direction across the mean.
  const double bend = mass / denominator * (sums.cosine - sums.across / ((dimension - 1) * input.temperature));
  double one_minus = (input.instances_per_class - 1) / denominator + input.dataset_share * bend;
  // anchor_included: a <= 1/n collapses in every dimension.
  const double most = input.own_image_share >= 1 ? (input.instances_per_class - 1) / input.instances_per_class : 1;
  one_minus = std::min(one_minus, most);
  return {1 - one_minus, one_minus, std::log(denominator), true, true};
}

bool too_large(const LowDimensionInput& input) {
  return input.estimate_only ||
         collapsed_loss_work(input.classes, static_cast<double>(input.dimension)) > kMostPlacedWork;
}

// All the steps that `work` in floating point operations pays for.
int steps_for(const LowDimensionInput& input, double work) {
  const double one = collapsed_loss_work(input.classes, static_cast<double>(input.dimension));
  return static_cast<int>(std::min<double>(kMostSteps, work / one));
}

// `excess(temperature)` = (1 - a*) - (1 - a), positive where classes stay apart; falls with the temperature. The
// highest temperature at which it changes sign, looked for downwards from the highest one.
template <class Excess>
double highest_crossing(const Excess& excess, double high, double factor, double tolerance) {
  double at_high = excess(high);
  while (at_high > 0) {
    if (high >= kHighestTemperature) return kInfinity;
    high = std::min(kHighestTemperature, high * factor);
    at_high = excess(high);
  }
  double low = high, at_low = at_high;
  while (!(at_low > 0)) {
    if (low <= kLowestTemperature) return 0;
    high = low, at_high = at_low;
    low = std::max(kLowestTemperature, low / factor);
    at_low = excess(low);
  }
  if (at_high == 0) return high;
  const auto by_logarithm = [&](double logarithm) { return excess(std::exp(logarithm)); };
  return std::exp(bracketed_root(by_logarithm, std::log(low), at_low, std::log(high), at_high, 0, tolerance, 60).at);
}

double estimated_temperature_threshold(LowDimensionInput input, double loss_weight) {
  const auto excess = [&](double temperature) {
    input.temperature = temperature;
    return estimated_boundary(input).one_minus_loss_weight_threshold - (1 - loss_weight);
  };
  return highest_crossing(excess, kHighestTemperature, 1.5, 1e-12);
}

double placed_temperature_threshold(LowDimensionInput input, double loss_weight) {
  const double guess = estimated_temperature_threshold(input, loss_weight);
  if (guess == 0) return 0;
  const double start = std::min(guess, kHighestTemperature);
  input.temperature = start;
  CollapsedLoss loss = collapsed_loss(input);
  ClassMeans means = place_class_means(loss, kStarts, steps_for(input, kWorkOfFirstGuess));
  const int to_neighbour = steps_for(input, kWorkToNeighbour);
  const auto excess = [&](double temperature) {
    if (temperature != input.temperature) {
      input.temperature = loss.temperature = temperature;
      means = place_class_means(loss, means.directions, to_neighbour);
    }
    return boundary_at(input, loss, means).one_minus_loss_weight_threshold - (1 - loss_weight);
  };
  return highest_crossing(excess, start, 1.15, 1e-7);
}

}  // namespace

LowDimensionBoundary low_dimension_boundary(const LowDimensionInput& input) {
  if (input.dimension < 2) return on_a_line(input);
  if (too_large(input)) return estimated_boundary(input);
  const Key key = key_of(input, -1);
  if (const auto known = recent_boundaries().find(key)) return *known;
  const CollapsedLoss loss = collapsed_loss(input);
  const LowDimensionBoundary boundary =
      boundary_at(input, loss, place_class_means(loss, kStarts, steps_for(input, kWorkOfBoundary)));
  recent_boundaries().keep(key, boundary);
  return boundary;
}

double low_dimension_temperature_threshold(const LowDimensionInput& input, double loss_weight) {
  if (input.dimension < 2) return loss_weight < 1 ? 0 : kInfinity;
  if (too_large(input)) return estimated_temperature_threshold(input, loss_weight);
  const Key key = key_of(input, loss_weight);
  if (const auto known = recent_temperature_thresholds().find(key)) return *known;
  const double threshold = placed_temperature_threshold(input, loss_weight);
  recent_temperature_thresholds().keep(key, threshold);
  return threshold;
}

}  // namespace ssem::advisor
