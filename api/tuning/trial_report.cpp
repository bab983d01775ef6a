#include "api/tuning/trial_report.h"

#include <cmath>
#include <string>
#include <utility>

#include "api/studies/python_json.h"
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

// Why the values cannot be kept; empty where they can.
std::string fault_of(const std::vector<double>& values, std::size_t objectives) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (std::isnan(values[k])) return "/values/" + std::to_string(k) + " must not be nan";
  }
  if (values.size() == objectives) return {};
  return "/values must be " + std::to_string(objectives) + ", one per objective, got " + std::to_string(values.size());
}

// An outcome with its state settled, and why that is FAIL where only the values say so.
struct Settled {
  Outcome outcome;
  std::string why_failed;
};

Error refused_values(const std::string& fault) {
  const std::size_t space = fault.find(' ');
  return unprocessable_field(fault.substr(0, space), fault.substr(space + 1));
}

Result<Settled> settled(const Outcome& told, const studies::Trial& trial, std::size_t objectives) {
  Outcome outcome = told;
  const bool has_state = told.state.has_value();
  outcome.state = told.state.value_or(TrialState::complete);
  if (*outcome.state != TrialState::complete) {
    if (outcome.values) return unprocessable_field("/values", "must be absent when the state is PRUNED or FAIL");
    if (*outcome.state == TrialState::pruned && !trial.intermediate_values.empty() && objectives == 1 &&
        !std::isnan(trial.intermediate_values.back().value)) {
      outcome.values = {trial.intermediate_values.back().value};
    }
    return Settled{outcome, {}};
  }
  const std::string fault = outcome.values ? fault_of(*outcome.values, objectives) : "/values must be given";
  if (fault.empty()) return Settled{outcome, {}};
  if (has_state) return refused_values(fault);
  return Settled{{TrialState::fail, std::nullopt}, fault};
}

Error lease_had_run_out(std::int64_t trial_id) {
  return {ErrorCode::conflict,
          "the lease of trial " + std::to_string(trial_id) +
              " ran out before this, and the trial failed; values told now are kept as its user attribute " +
              std::string(kLateValuesAttribute),
          {},
          studies::kTrialFinished};
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

Result<ToldTrial> tell(StudyTable& table, std::int64_t trial_id, const Outcome& told, Timestamp now) {
  const Result<TrialPtr> trial = table.trial(trial_id);
  if (!trial) return trial.error();
  if (trial.value()->state == TrialState::waiting) return is_waiting(trial_id);
  const auto study = table.study(trial.value()->study_id);
  if (!study) return study.error();
  const Result<Settled> end = settled(told, *trial.value(), study.value()->directions.size());
  if (!end) return end.error();
  const Outcome& outcome = end.value().outcome;
  const bool same = trial.value()->state == outcome.state && trial.value()->values == outcome.values;
  if (same) return ToldTrial{trial.value(), end.value().why_failed};
  if (lease_ran_out(*trial.value())) return lease_had_run_out(trial_id);
  const auto changed = table.set_trial_state(trial_id, *outcome.state, outcome.values, now);
  if (!changed) return changed.error();
  return ToldTrial{table.trial(trial_id).value(), end.value().why_failed};
}

Result<bool> keep_late_values(StudyTable& table, std::int64_t trial_id, const Outcome& told) {
  const Result<TrialPtr> trial = table.trial(trial_id);
  if (!trial) return trial.error();
  if (!lease_ran_out(*trial.value()) || !told.values) return false;
  studies::PythonValue values;
  values.kind = studies::PythonValue::Kind::list;
  for (const double value : *told.values) values.items.push_back(external_value(studies::FloatDistribution{}, value));
  if (auto fault = table.amend_trial(trial_id, studies::AttributeKind::user,
                                     {std::string(kLateValuesAttribute), to_text(values)})) {
    return *fault;
  }
  return true;
}

}  // namespace ssem::api::tuning
