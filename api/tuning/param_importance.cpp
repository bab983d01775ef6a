#include "api/tuning/param_importance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "api/studies/distribution.h"

namespace ssem::api::tuning {
namespace {

using studies::Distribution;
using studies::Param;
using studies::TrialPtr;

constexpr std::size_t kGridPoints = 50;
constexpr double kBestShare = 0.1;
constexpr double kFloor = 1e-12;

const Param* param_of(const studies::Trial& trial, const std::string& name) {
  const auto found =
      std::find_if(trial.params.begin(), trial.params.end(), [&](const Param& p) { return p.name == name; });
  return found == trial.params.end() ? nullptr : &*found;
}

std::string_view class_name(const Distribution& distribution) {
  constexpr std::string_view kNames[] = {"FloatDistribution", "IntDistribution", "CategoricalDistribution"};
  return kNames[distribution.index()];
}

std::vector<double> normalised(std::vector<double> density) {
  const double sum = std::accumulate(density.begin(), density.end(), 0.0);
  for (double& each : density) each = std::max(each / sum, kFloor);
  return density;
}

// Scott's bandwidth, at least the width of a cell.
std::vector<double> smooth_density(const std::vector<double>& places) {
  const auto count = static_cast<double>(places.size());
  const double mean = std::accumulate(places.begin(), places.end(), 0.0) / count;
  double squares = 0;
  for (const double place : places) squares += (place - mean) * (place - mean);
  const double width = std::max(std::sqrt(squares / count) * std::pow(count, -0.2), 1.0 / kGridPoints);
  std::vector<double> density(kGridPoints, 0.0);
  for (std::size_t point = 0; point < kGridPoints; ++point) {
    const double at = (static_cast<double>(point) + 0.5) / kGridPoints;
    for (const double place : places) density[point] += std::exp(-std::pow((at - place) / width, 2) / 2);
  }
  return normalised(std::move(density));
}

std::vector<double> counts(const std::vector<double>& choices, std::size_t kinds) {
  std::vector<double> density(kinds, 1.0);
  for (const double choice : choices)
    density[std::min(static_cast<std::size_t>(std::max(choice, 0.0)), kinds - 1)] += 1;
  return normalised(std::move(density));
}

double pearson_divergence(const std::vector<double>& best, const std::vector<double>& all) {
  double sum = 0;
  for (std::size_t point = 0; point < all.size(); ++point)
    sum += all[point] * std::pow(best[point] / all[point] - 1, 2);
  return sum;
}

// `sorted`: best first.
std::optional<double> divergence(const std::vector<TrialPtr>& sorted, std::size_t best, const std::string& name,
                                 const Distribution& distribution) {
  std::vector<double> values;
  for (const TrialPtr& trial : sorted) {
    const Param* param = param_of(*trial, name);
    if (param == nullptr) return std::nullopt;
    values.push_back(studies::is_log(distribution) ? std::log(std::max(param->internal_value, 1e-300))
                                                   : param->internal_value);
  }
  const auto best_end = values.begin() + static_cast<std::ptrdiff_t>(best);
  if (const auto* categorical = std::get_if<studies::CategoricalDistribution>(&distribution)) {
    const std::size_t kinds = categorical->choices.size();
    return pearson_divergence(counts({values.begin(), best_end}, kinds), counts(values, kinds));
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double lowest = *low;
  const double range = *high - *low;
  if (!(range > 0) || !std::isfinite(range)) return 0.0;
  for (double& value : values) value = (value - lowest) / range;
  return pearson_divergence(smooth_density({values.begin(), best_end}), smooth_density(values));
}

}  // namespace

std::vector<Importance> param_importances(const std::vector<TrialPtr>& complete, std::size_t objective,
                                          studies::Direction direction) {
  std::vector<TrialPtr> sorted;
  std::copy_if(complete.begin(), complete.end(), std::back_inserter(sorted),
               [&](const TrialPtr& trial) { return trial->values && trial->values->size() > objective; });
  if (sorted.size() < 2) return {};
  const bool maximize = direction == studies::Direction::maximize;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const TrialPtr& left, const TrialPtr& right) {
    const double a = (*left->values)[objective];
    const double b = (*right->values)[objective];
    return maximize ? a > b : a < b;
  });
  const auto best = std::max<std::size_t>(2, static_cast<std::size_t>(kBestShare * static_cast<double>(sorted.size())));
  std::vector<Importance> importances;
  double total = 0;
  for (const Param& param : sorted.front()->params) {
    if (!param.distribution) continue;
    const auto value = divergence(sorted, best, param.name, *param.distribution);
    if (!value) continue;
    importances.push_back({param.name, *value, std::string(class_name(*param.distribution))});
    total += *value;
  }
  for (Importance& each : importances) {
    each.importance = total > 0 ? each.importance / total : 1.0 / static_cast<double>(importances.size());
  }
  std::stable_sort(importances.begin(), importances.end(),
                   [](const Importance& left, const Importance& right) { return left.importance > right.importance; });
  return importances;
}

}  // namespace ssem::api::tuning
