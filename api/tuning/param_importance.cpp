#include "api/tuning/param_importance.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "api/tuning/parzen_on_grid.h"

namespace ssem::api::tuning {
namespace {

using studies::Distribution;
using studies::Param;
using studies::TrialPtr;

constexpr double kBestShare = 0.1;
constexpr std::size_t kLeastOfRegime = 2;
constexpr double kFloor = 1e-12;

// What a regime's trials, and the best of them, gave the parameter.
struct Regime {
  std::shared_ptr<const Distribution> distribution;
  std::vector<double> all;
  std::vector<double> best;
};

struct Ranked {
  TrialPtr trial;
  bool is_best;
};

const Param* param_of(const studies::Trial& trial, const std::string& name) {
  const auto found =
      std::find_if(trial.params.begin(), trial.params.end(), [&](const Param& param) { return param.name == name; });
  return found == trial.params.end() ? nullptr : &*found;
}

std::string_view class_name(const Distribution& distribution) {
  constexpr std::string_view kNames[] = {"FloatDistribution", "IntDistribution", "CategoricalDistribution"};
  return kNames[distribution.index()];
}

// The trials with a finite value; best are those no worse than the last of the best tenth.
std::vector<Ranked> ranked(const std::vector<TrialPtr>& complete, std::size_t objective, studies::Direction direction) {
  const double sign = direction == studies::Direction::maximize ? -1 : 1;
  std::vector<TrialPtr> trials;
  std::vector<double> losses;
  for (const TrialPtr& trial : complete) {
    if (!trial->values || trial->values->size() <= objective || !std::isfinite((*trial->values)[objective])) continue;
    trials.push_back(trial);
    losses.push_back(sign * (*trial->values)[objective]);
  }
  if (trials.empty()) return {};
  std::vector<double> sorted = losses;
  const auto last = static_cast<std::ptrdiff_t>(std::ceil(kBestShare * static_cast<double>(losses.size()))) - 1;
  std::nth_element(sorted.begin(), sorted.begin() + last, sorted.end());
  const double cutoff = sorted[static_cast<std::size_t>(last)];
  std::vector<Ranked> result;
  for (std::size_t k = 0; k < trials.size(); ++k) result.push_back({trials[k], losses[k] <= cutoff});
  return result;
}

std::map<std::string, Regime> regimes_of(const std::vector<Ranked>& trials, const std::string& name) {
  std::map<std::string, Regime> regimes;
  std::map<const Distribution*, std::string> texts;  // most trials share theirs
  for (const auto& [trial, is_best] : trials) {
    const Param* param = param_of(*trial, name);
    if (param == nullptr || !param->distribution) continue;
    std::string& text = texts[param->distribution.get()];
    if (text.empty()) text = studies::to_text(*param->distribution);
    Regime& regime = regimes[text];
    regime.distribution = param->distribution;
    regime.all.push_back(param->internal_value);
    if (is_best) regime.best.push_back(param->internal_value);
  }
  return regimes;
}

double pearson_divergence(const Regime& regime) {
  const std::vector<double> best = parzen_on_grid(*regime.distribution, regime.best);
  const std::vector<double> all = parzen_on_grid(*regime.distribution, regime.all);
  double sum = 0;
  for (std::size_t point = 0; point < all.size(); ++point) {
    const double whole = all[point] + kFloor;
    sum += whole * std::pow((best[point] + kFloor) / whole - 1, 2);
  }
  return sum;
}

double raw_importance(const std::vector<Ranked>& trials, const std::string& name) {
  const auto best = static_cast<double>(
      std::count_if(trials.begin(), trials.end(), [](const Ranked& ranked) { return ranked.is_best; }));
  double sum = 0;
  for (const auto& [text, regime] : regimes_of(trials, name)) {
    if (regime.all.size() < kLeastOfRegime || regime.best.empty() || studies::is_single(*regime.distribution)) continue;
    const double alpha = static_cast<double>(regime.best.size()) / best;
    const double beta = static_cast<double>(regime.all.size()) / static_cast<double>(trials.size());
    sum += alpha * alpha / beta * pearson_divergence(regime);
  }
  return sum;
}

}  // namespace

std::vector<Importance> param_importances(const std::vector<TrialPtr>& complete, std::size_t objective,
                                          studies::Direction direction) {
  if (complete.size() < 2) return {};
  std::map<std::string, std::string_view> classes;
  for (const TrialPtr& trial : complete) {
    for (const Param& param : trial->params) {
      if (param.distribution) classes.emplace(param.name, class_name(*param.distribution));
    }
  }
  const std::vector<Ranked> trials = ranked(complete, objective, direction);
  std::vector<Importance> importances;
  double total = 0;
  for (const auto& [name, kind] : classes) {
    const double value = trials.size() < 2 ? 0.0 : raw_importance(trials, name);
    importances.push_back({name, value, std::string(kind)});
    total += value;
  }
  for (Importance& each : importances) {
    each.importance = total > 0 ? each.importance / total : 1.0 / static_cast<double>(importances.size());
  }
  std::stable_sort(importances.begin(), importances.end(),
                   [](const Importance& left, const Importance& right) { return left.importance > right.importance; });
  return importances;
}

}  // namespace ssem::api::tuning
