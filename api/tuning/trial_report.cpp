#include "api/tuning/trial_report.h"

#include <cmath>
#include <string>

#include "api/tuning/median_pruning.h"
#include "api/tuning/study_config.h"
#include "api/tuning/successive_halving.h"

namespace ssem::api::tuning {
namespace {

using studies::StudyTable;
using studies::Timestamp;
using studies::TrialPtr;
using studies::TrialState;

Error is_waiting(std::int64_t trial_id) {
  return unprocessable_field("/trial_id",
                             "trial " + std::to_string(trial_id) + " waits in the queue: ask for it first");
}

Result<bool> judged(StudyTable& table, const studies::Study& study, std::int64_t trial_id) {
  const StudyConfig config = study_config_of(study);
  const TrialPtr trial = table.trial(trial_id).value();
  const studies::Direction direction = study.directions.front();
  if (const auto* median = std::get_if<MedianPruning>(&config.pruning)) {
    const auto completed = table.trials(study.study_id, {{{TrialState::complete}}, {}, {}});
    if (!completed) return completed.error();
    return should_prune(*median, *trial, completed.value(), direction);
  }
  if (const auto* halving = std::get_if<SuccessiveHalving>(&config.pruning)) {
    const auto trials = table.trials(study.study_id);
    if (!trials) return trials.error();
    const HalvingDecision decision = decide(*halving, *trial, trials.value(), direction);
    for (const studies::Attribute& rung : decision.completed_rungs) {
      if (auto fault = table.set_trial_attribute(trial_id, studies::AttributeKind::system, rung)) return *fault;
    }
    return decision.prune;
  }
  return false;
}

// What the outcome makes of the trial, checked.
Result<Outcome> settled(const Outcome& told, const studies::Trial& trial, std::size_t objectives) {
  Outcome outcome = told;
  if (!outcome.state && !outcome.values)
    return unprocessable_field("/values", "must be given, or state PRUNED or FAIL");
  outcome.state = outcome.state.value_or(TrialState::complete);
  if (*outcome.state != TrialState::complete) {
    if (outcome.values) return unprocessable_field("/values", "must be absent when the state is PRUNED or FAIL");
    if (*outcome.state == TrialState::pruned && !trial.intermediate_values.empty() && objectives == 1 &&
        !std::isnan(trial.intermediate_values.back().value)) {
      outcome.values = {trial.intermediate_values.back().value};
    }
    return outcome;
  }
  if (!outcome.values || outcome.values->size() != objectives) {
    return unprocessable_field("/values", "must be " + std::to_string(objectives) + ", one per objective, got " +
                                              std::to_string(outcome.values ? outcome.values->size() : 0));
  }
  for (std::size_t k = 0; k < objectives; ++k) {
    if (std::isnan((*outcome.values)[k])) {
      return unprocessable_field("/values/" + std::to_string(k), "must not be nan; tell the state FAIL instead");
    }
  }
  return outcome;
}

}  // namespace

Result<bool> report(StudyTable& table, std::int64_t trial_id, const studies::IntermediateValue& value, Timestamp now) {
  const Result<TrialPtr> trial = table.trial(trial_id);
  if (!trial) return trial.error();
  if (trial.value()->state == TrialState::waiting) return is_waiting(trial_id);
  if (value.step < 0) return unprocessable_field("/step", "must be an integer >= 0, got " + std::to_string(value.step));
  const auto study = table.study(trial.value()->study_id);
  if (!study) return study.error();
  if (study.value()->directions.size() != 1) {
    return unprocessable_field("/value",
                               "cannot be reported in a study with several objectives: nothing could be pruned by it");
  }
  if (auto fault = table.set_trial_intermediate_value(trial_id, value)) return *fault;
  const auto lease = renew_lease(table, *table.trial(trial_id).value(), std::nullopt, now);
  if (!lease) return lease.error();
  return judged(table, *study.value(), trial_id);
}

Result<TrialPtr> tell(StudyTable& table, std::int64_t trial_id, const Outcome& told, Timestamp now) {
  const Result<TrialPtr> trial = table.trial(trial_id);
  if (!trial) return trial.error();
  if (trial.value()->state == TrialState::waiting) return is_waiting(trial_id);
  const auto study = table.study(trial.value()->study_id);
  if (!study) return study.error();
  const Result<Outcome> outcome = settled(told, *trial.value(), study.value()->directions.size());
  if (!outcome) return outcome.error();
  const bool same = trial.value()->state == outcome.value().state && trial.value()->values == outcome.value().values;
  if (same) return trial.value();
  const auto changed = table.set_trial_state(trial_id, *outcome.value().state, outcome.value().values, now);
  if (!changed) return changed.error();
  return table.trial(trial_id);
}

}  // namespace ssem::api::tuning
