#include "api/tuning/search_history.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "advisor/tuning/quasi_random.h"

namespace ssem::api::tuning {
namespace {

using studies::TrialState;

// One number per row, to be made small.
std::vector<double> scalars(std::vector<std::vector<double>> rows, const std::vector<studies::Direction>& directions,
                            std::uint64_t stream) {
  const std::size_t objectives = directions.size();
  std::vector<double> weights(objectives);
  double total = 0;
  for (std::size_t k = 0; k < objectives; ++k) {
    weights[k] =
        -std::log(1 - advisor::tuning::unit_number(advisor::tuning::mixed(stream + k)));  // uniform on the simplex
    total += weights[k];
  }
  for (std::size_t k = 0; k < objectives; ++k) {
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (std::vector<double>& row : rows) {
      if (directions[k] == studies::Direction::maximize) row[k] = -row[k];
      if (!std::isfinite(row[k])) continue;
      lowest = std::min(lowest, row[k]);
      highest = std::max(highest, row[k]);
    }
    if (objectives == 1) continue;
    const double width = highest > lowest ? highest - lowest : 1.0;
    for (std::vector<double>& row : rows) {
      if (std::isfinite(row[k])) row[k] = (row[k] - lowest) / width;
    }
  }
  std::vector<double> sums;
  sums.reserve(rows.size());
  for (const std::vector<double>& row : rows) {
    if (objectives == 1) {
      sums.push_back(row[0]);
      continue;
    }
    constexpr double kAugmentation = 0.05;
    double worst = -std::numeric_limits<double>::infinity();
    double sum = 0;
    for (std::size_t k = 0; k < objectives; ++k) {
      const double part = weights[k] / total * row[k];
      worst = std::max(worst, part);
      sum += part;
    }
    const double value = worst + kAugmentation * sum;
    sums.push_back(std::isnan(value) ? std::numeric_limits<double>::infinity() : value);  // +inf and -inf in one trial
  }
  return sums;
}

}  // namespace

PastTrial past_trial(const studies::Trial& trial) {
  PastTrial past{trial.state, trial.params, trial.values.value_or(std::vector<double>())};
  if (trial.state == TrialState::pruned && past.values.empty() && !trial.intermediate_values.empty()) {
    past.values = {trial.intermediate_values.back().value};
  }
  return past;
}

std::optional<advisor::tuning::Values> values_of(const NamedDistributions& space, const PastTrial& trial) {
  advisor::tuning::Values values;
  for (const NamedDistribution& each : space) {
    const auto param = std::find_if(trial.params.begin(), trial.params.end(),
                                    [&](const studies::Param& known) { return known.name == each.name; });
    if (param == trial.params.end() || !std::isfinite(param->internal_value)) return std::nullopt;
    values.push_back(param->internal_value);
  }
  return values;
}

advisor::tuning::History search_history(const NamedDistributions& space,
                                        const std::vector<studies::Direction>& directions,
                                        const std::vector<PastTrial>& past, std::uint64_t stream) {
  advisor::tuning::History history;
  std::vector<std::vector<double>> rows;
  for (const PastTrial& trial : past) {
    const bool told = trial.state == TrialState::complete || trial.state == TrialState::pruned;
    if (!told && trial.state != TrialState::running && trial.state != TrialState::waiting) continue;
    auto values = values_of(space, trial);
    if (!values) continue;
    if (!told) {
      history.pending.push_back(*std::move(values));
    } else if (trial.values.size() == directions.size() &&
               std::none_of(trial.values.begin(), trial.values.end(), [](double v) { return std::isnan(v); })) {
      history.observations.push_back({*std::move(values), 0.0});
      rows.push_back(trial.values);
    }
  }
  const std::vector<double> sums = scalars(std::move(rows), directions, stream);
  for (std::size_t row = 0; row < sums.size(); ++row) history.observations[row].value = sums[row];
  return history;
}

}  // namespace ssem::api::tuning
