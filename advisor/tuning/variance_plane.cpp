#include "advisor/tuning/variance_plane.h"

#include <algorithm>
#include <cmath>

#include "advisor/model/advised_model.h"

namespace ssem::advisor::tuning {
namespace {

constexpr int kRungs = 41;
// Loss weights start this much above the threshold (as a share of the room): on it the variance is still 0.
constexpr double kClearance = 1e-3;

// Nearer to 1 a loss weight has too few digits left to say which variance it means.
constexpr double kHighestLossWeight = 1 - 1e-9;

double mixed_between(double from, double to, double share) { return from * (1 - share) + to * share; }

}  // namespace

std::optional<VariancePlane> VariancePlane::of(const Problem& problem, const Axis& loss_weight,
                                               const Axis& temperature) {
  if (has_fixed_loss_weight(problem.convention) || temperature.high <= 0 || loss_weight.high <= 0) return std::nullopt;
  VariancePlane plane(problem, loss_weight, temperature);
  if (plane.cells_.empty()) return std::nullopt;
  return plane;
}

VariancePlane::VariancePlane(const Problem& problem, const Axis& loss_weight, const Axis& temperature)
    : model_(advised_model(problem)), loss_weight_(loss_weight) {
  if (problem.goal != Goal::unknown) training_ = VarianceInTraining::of(problem);
  loss_weight_.low = std::clamp(loss_weight.low, 0.0, 1.0);
  loss_weight_.high = loss_weight.single() ? loss_weight_.low : std::clamp(loss_weight.high, 0.0, kHighestLossWeight);
  low_ = std::log(std::clamp(temperature.low, kLowestTemperature, kHighestTemperature));
  high_ = std::log(std::clamp(temperature.high, kLowestTemperature, kHighestTemperature));
  largest_variance_ = !training_ && model_.max_within_class_variance() > 0 ? model_.max_within_class_variance() : 1;
  const int rungs = low_ < high_ ? kRungs : 2;  // a fixed temperature is a cell of no height
  for (int k = 0; k < rungs; ++k) rungs_.push_back(rung_at(mixed_between(low_, high_, k / (rungs - 1.0))));
  for (std::size_t k = 0; k + 1 < rungs_.size(); ++k) {
    if (rungs_[k].admitted && rungs_[k + 1].admitted) cells_.push_back(k);
  }
}

double VariancePlane::lowest_loss_weight(double temperature) const {
  const double threshold = model_.loss_weight_threshold(temperature).value;
  const double split = model_.view_split_loss_weight(temperature).value_or(0);
  const double forbidden = std::max({threshold, split, 0.0});
  if (forbidden >= loss_weight_.high) return forbidden;
  return std::max(loss_weight_.low, mixed_between(forbidden, loss_weight_.high, kClearance));
}

VariancePlane::Rung VariancePlane::rung_at(double log_temperature) const {
  Rung rung;
  rung.log_temperature = log_temperature;
  const double temperature = std::exp(log_temperature);
  const double lowest = lowest_loss_weight(temperature);
  if (lowest > loss_weight_.high || (lowest == loss_weight_.high && !loss_weight_.single())) return rung;
  rung.lowest = within_class_variance({lowest, temperature});
  rung.highest = within_class_variance({loss_weight_.high, temperature});
  rung.admitted = rung.highest > 0;
  return rung;
}

double VariancePlane::within_class_variance(const PairOfValues& pair) const {
  if (training_) return training_->usual(pair.loss_weight, pair.temperature);
  return model_.within_class_variance(model_.optimum(pair.loss_weight, pair.temperature), pair.temperature);
}

double VariancePlane::loss_weight_for(double within_class_variance, double temperature) const {
  if (training_) return training_->loss_weight_for(within_class_variance, temperature);
  return model_.loss_weight_for(within_class_variance, temperature).value;
}

double VariancePlane::log_temperature_at(double height) const {
  const double place = std::clamp(height, 0.0, 1.0) * static_cast<double>(cells_.size());
  const std::size_t index = std::min(static_cast<std::size_t>(place), cells_.size() - 1);
  const std::size_t cell = cells_[index];
  return mixed_between(rungs_[cell].log_temperature, rungs_[cell + 1].log_temperature,
                       place - static_cast<double>(index));
}

VariancePlane::Rung VariancePlane::interpolated(double log_temperature) const {
  const auto above = std::find_if(rungs_.begin(), rungs_.end() - 1,
                                  [&](const Rung& rung) { return rung.log_temperature >= log_temperature; });
  const auto below = above == rungs_.begin() ? above : above - 1;
  const double gap = above->log_temperature - below->log_temperature;
  const double share = gap > 0 ? (log_temperature - below->log_temperature) / gap : 0;
  return {log_temperature, mixed_between(below->lowest, above->lowest, share),
          mixed_between(below->highest, above->highest, share), below->admitted && above->admitted};
}

PairOfValues VariancePlane::at(double share, double height) const {
  const double log_temperature = log_temperature_at(height);
  const double temperature = std::exp(log_temperature);
  const Rung exact = rung_at(log_temperature);
  const double variance = mixed_between(exact.lowest, exact.highest, std::clamp(share, 0.0, 1.0));
  double loss_weight = loss_weight_.high;
  if (!loss_weight_.single() && variance < exact.highest) {
    loss_weight = loss_weight_for(variance, temperature);
  }
  const double lowest = std::min(lowest_loss_weight(temperature), loss_weight_.high);
  return {std::clamp(loss_weight, lowest, loss_weight_.high), temperature};
}

void VariancePlane::place(const PairOfValues& pair, double& share, double& height) const {
  const double log_temperature = std::clamp(std::log(pair.temperature), low_, high_);
  height = 0;
  for (std::size_t index = 0; index < cells_.size(); ++index) {
    const Rung& below = rungs_[cells_[index]];
    const Rung& above = rungs_[cells_[index] + 1];
    if (below.log_temperature > log_temperature) break;
    const double gap = above.log_temperature - below.log_temperature;
    const double within = gap > 0 ? std::min((log_temperature - below.log_temperature) / gap, 1.0) : 0.5;
    height = (static_cast<double>(index) + within) / static_cast<double>(cells_.size());
  }
  const Rung rung = interpolated(log_temperature);
  const double room = rung.highest - rung.lowest;
  share = room > 0 ? std::clamp((within_class_variance(pair) - rung.lowest) / room, 0.0, 1.0) : 0.5;
}

double VariancePlane::within_class_variance_at(double share, double height) const {
  const Rung rung = interpolated(log_temperature_at(height));
  return mixed_between(rung.lowest, rung.highest, std::clamp(share, 0.0, 1.0));
}

void VariancePlane::append_coordinates(double share, double height, std::vector<double>& coordinates) const {
  const double log_temperature = log_temperature_at(height);
  coordinates.push_back(within_class_variance_at(share, height) / largest_variance_);
  coordinates.push_back(low_ < high_ ? (log_temperature - low_) / (high_ - low_) : 0.5);
}

void VariancePlane::append_coordinates(const PairOfValues& pair, std::vector<double>& coordinates) const {
  const double temperature = std::clamp(pair.temperature, kLowestTemperature, kHighestTemperature);
  const double loss_weight = std::clamp(pair.loss_weight, 0.0, 1.0);
  coordinates.push_back(within_class_variance({loss_weight, temperature}) / largest_variance_);
  coordinates.push_back(low_ < high_ ? std::clamp((std::log(temperature) - low_) / (high_ - low_), -1.0, 2.0) : 0.5);
}

bool VariancePlane::admits(const PairOfValues& pair) const {
  if (!(pair.temperature >= kLowestTemperature && pair.temperature <= kHighestTemperature)) return false;
  if (pair.loss_weight <= model_.loss_weight_threshold(pair.temperature).value) return false;
  const auto split = model_.view_split_loss_weight(pair.temperature);
  return !split || pair.loss_weight >= *split;
}

std::optional<double> VariancePlane::highest_admitted_temperature() const {
  if (rungs_.back().admitted) return std::nullopt;
  return std::exp(rungs_[cells_.back() + 1].log_temperature);
}

}  // namespace ssem::advisor::tuning
