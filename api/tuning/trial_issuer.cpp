#include "api/tuning/trial_issuer.h"

#include <algorithm>
#include <utility>

#include "api/studies/python_json.h"

namespace ssem::api::tuning {
namespace {

using studies::Param;
using studies::TrialPtr;

struct StudyTrials {
  studies::StudyPtr study;
  std::vector<TrialPtr> trials;
};

std::optional<StudyTrials> told_trials_of(const studies::StudyTable& table, const std::string& study_name) {
  using studies::TrialState;
  const auto study = table.study_named(study_name);
  if (!study) return std::nullopt;
  const studies::TrialFilter told{{{TrialState::complete, TrialState::pruned}}, {}, {}};
  auto trials = table.trials(study.value()->study_id, told);
  if (!trials) return std::nullopt;
  return StudyTrials{study.value(), latest_trials(std::move(trials).value())};
}

struct Snapshot {
  studies::StudyPtr study;
  std::vector<TrialPtr> trials;
  StudyConfig config;
  std::vector<std::optional<StudyTrials>> earlier;  // in the order of the config's names
};

Result<Snapshot> snapshot_of(studies::StudyStore& store, std::int64_t study_id) {
  Snapshot snapshot;
  std::optional<Error> missing;
  const auto fault = store.read([&](const studies::StudyTable& table) {
    missing.reset();
    const auto study = table.study(study_id);
    if (!study) {
      missing = study.error();
      return;
    }
    snapshot = {study.value(), table.trials(study_id).value(), study_config_of(*study.value()), {}};
    for (const std::string& name : snapshot.config.warm_start) {
      snapshot.earlier.push_back(told_trials_of(table, name));
    }
  });
  if (fault) return *fault;
  if (missing) return *missing;
  return snapshot;
}

std::vector<PastTrial> past_of(const std::vector<TrialPtr>& trials) {
  std::vector<PastTrial> past;
  past.reserve(trials.size());
  for (const TrialPtr& trial : trials) past.push_back(past_trial(*trial));
  return past;
}

// They look into the snapshot's trials.
std::vector<EarlierStudy> earlier_studies(const Snapshot& snapshot) {
  std::vector<EarlierStudy> earlier;
  for (std::size_t k = 0; k < snapshot.earlier.size(); ++k) {
    EarlierStudy study{snapshot.config.warm_start[k], false, {}, {}, {}};
    if (const auto& known = snapshot.earlier[k]) {
      study.exists = true;
      study.config = study_config_of(*known->study);
      study.directions = known->study->directions;
      // A study of that name that was made since may seek something else.
      if (study.directions == snapshot.study->directions) study.trials = past_of(known->trials);
    }
    earlier.push_back(std::move(study));
  }
  return earlier;
}

std::vector<Param> params_of(const NamedDistributions& space, const Suggestion& suggestion) {
  std::vector<Param> params;
  for (std::size_t index = 0; index < space.size(); ++index) {
    params.push_back(
        studies::param_from(space[index].name, suggestion.internal_values[index], space[index].distribution));
  }
  return params;
}

}  // namespace

TrialIssuer::PendingSuggestions::~PendingSuggestions() {
  if (issuer_ == nullptr) return;
  const std::shared_ptr<Counter> counter = issuer_->counter_of(study_id_);
  const std::lock_guard lock(counter->mutex);
  counter->issued.erase(ticket_);
}

TrialIssuer::PendingSuggestions::PendingSuggestions(PendingSuggestions&& other) noexcept
    : issuer_(std::exchange(other.issuer_, nullptr)),
      study_id_(other.study_id_),
      ticket_(other.ticket_),
      space_(std::move(other.space_)),
      suggestions_(std::move(other.suggestions_)) {}

std::shared_ptr<TrialIssuer::Counter> TrialIssuer::counter_of(std::int64_t study_id) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Counter>& counter = counters_[study_id];
  if (!counter) counter = std::make_shared<Counter>();
  return counter;
}

Result<TrialIssuer::PendingSuggestions> TrialIssuer::prepare(studies::StudyStore& store, std::int64_t study_id,
                                                             const AskRequest& request) {
  PendingSuggestions pending(*this, study_id);
  const std::shared_ptr<Counter> counter = counter_of(study_id);
  // Held while looking too: what was issued is either in the list or in what the store shows.
  const std::lock_guard lock(counter->mutex);
  const Result<Snapshot> snapshot = snapshot_of(store, study_id);
  if (!snapshot) {
    pending.issuer_ = nullptr;
    return snapshot.error();
  }
  const StudyConfig& config = snapshot.value().config;
  pending.space_ = request.search_space.value_or(config.search_space);
  const std::vector<EarlierStudy> earlier = earlier_studies(snapshot.value());
  std::vector<PastTrial> past = past_of(snapshot.value().trials);
  std::uint64_t number = past.size();
  for (const auto& [ticket, issued] : counter->issued) {
    for (const std::vector<Param>& params : issued) past.push_back({studies::TrialState::running, params, {}});
    number += issued.size();
  }
  pending.ticket_ = ++counter->last_ticket;
  std::vector<std::vector<Param>>& mine = counter->issued[pending.ticket_];
  mine.reserve(request.count);  // the past points into it
  for (std::size_t k = 0; k < request.count; ++k) {
    pending.suggestions_.push_back(
        suggest(config, pending.space_, snapshot.value().study->directions, past, number + k, earlier));
    mine.push_back(params_of(pending.space_, pending.suggestions_.back()));
    past.push_back({studies::TrialState::running, mine.back(), {}});
  }
  return pending;
}

}  // namespace ssem::api::tuning
