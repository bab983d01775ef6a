// Looking things up, studies as a whole, loading and taking back. Trials change in study_table_trials.cpp.
#include "api/studies/study_table.h"

#include <algorithm>
#include <utility>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::studies {
namespace {

Error no_study(std::int64_t study_id) {
  return {ErrorCode::not_found, "there is no study with the id " + std::to_string(study_id), {}};
}

}  // namespace

StudyTable::Entry* StudyTable::find_entry(std::int64_t study_id) const {
  const auto found = entries_.find(study_id);
  return found == entries_.end() ? nullptr : found->second.get();
}

TrialPtr* StudyTable::find_slot(std::int64_t trial_id) const {
  const auto study = study_of_trial_.find(trial_id);
  if (study == study_of_trial_.end()) return nullptr;
  Entry* entry = find_entry(study->second);
  const auto by_id = [](const TrialPtr& trial, std::int64_t id) { return trial->trial_id < id; };
  return &*std::lower_bound(entry->trials.begin(), entry->trials.end(), trial_id, by_id);
}

std::vector<StudyPtr> StudyTable::studies() const {
  std::vector<StudyPtr> all;
  all.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) all.push_back(entry->study);
  return all;
}

Result<StudyPtr> StudyTable::study(std::int64_t study_id) const {
  const Entry* entry = find_entry(study_id);
  if (entry == nullptr) return no_study(study_id);
  return entry->study;
}

Result<StudyPtr> StudyTable::study_named(std::string_view name) const {
  const auto found = ids_by_name_.find(name);
  if (found == ids_by_name_.end()) {
    return Error{ErrorCode::not_found, "there is no study with the name " + advisor::json::quote_for_message(name), {}};
  }
  return study(found->second);
}

Result<std::vector<TrialPtr>> StudyTable::trials(std::int64_t study_id, const TrialFilter& filter) const {
  const Entry* entry = find_entry(study_id);
  if (entry == nullptr) return no_study(study_id);
  std::array<bool, kTrialStateNames.size()> wanted{};
  std::size_t expected = 0;
  for (std::size_t state = 0; state < wanted.size(); ++state) {
    wanted[state] = !filter.states || std::find(filter.states->begin(), filter.states->end(),
                                                static_cast<TrialState>(state)) != filter.states->end();
    if (wanted[state]) expected += entry->by_state[state];
  }
  std::vector<TrialPtr> chosen;
  if (expected == 0) return chosen;
  const auto add = [&](const TrialPtr& trial) {
    if (wanted[static_cast<std::size_t>(trial->state)]) chosen.push_back(trial);
  };
  if (!filter.after_trial_id) {
    chosen.reserve(expected);
    for (const TrialPtr& trial : entry->trials) add(trial);
    return chosen;
  }
  std::vector<std::int64_t> include = filter.include;
  std::sort(include.begin(), include.end());
  include.erase(std::unique(include.begin(), include.end()), include.end());
  for (const std::int64_t id : include) {
    const auto study = study_of_trial_.find(id);
    if (id <= *filter.after_trial_id && study != study_of_trial_.end() && study->second == study_id)
      add(*find_slot(id));
  }
  const auto by_id = [](std::int64_t id, const TrialPtr& trial) { return id < trial->trial_id; };
  auto later = std::upper_bound(entry->trials.begin(), entry->trials.end(), *filter.after_trial_id, by_id);
  for (; later != entry->trials.end(); ++later) add(*later);
  return chosen;
}

Result<std::size_t> StudyTable::trial_count(std::int64_t study_id, TrialState state) const {
  const Entry* entry = find_entry(study_id);
  if (entry == nullptr) return no_study(study_id);
  return entry->by_state[static_cast<std::size_t>(state)];
}

Result<TrialPtr> StudyTable::trial(std::int64_t trial_id) const {
  const TrialPtr* slot = find_slot(trial_id);
  if (slot == nullptr) {
    return Error{ErrorCode::not_found, "there is no trial with the id " + std::to_string(trial_id), {}};
  }
  return *slot;
}

Result<TrialPtr> StudyTable::trial_numbered(std::int64_t study_id, std::int64_t number) const {
  const Entry* entry = find_entry(study_id);
  if (entry == nullptr) return no_study(study_id);
  const auto& trials = entry->trials;
  // Other programs' files may have gaps; else the number is the place.
  if (number >= 0 && static_cast<std::size_t>(number) < trials.size() &&
      trials[static_cast<std::size_t>(number)]->number == number) {
    return trials[static_cast<std::size_t>(number)];
  }
  const auto found = std::find_if(trials.begin(), trials.end(), [&](const auto& t) { return t->number == number; });
  if (found != trials.end()) return *found;
  return Error{ErrorCode::not_found,
               "study " + std::to_string(study_id) + " has no trial with the number " + std::to_string(number),
               {}};
}

std::optional<IdempotencyRecord> StudyTable::idempotency_record(const std::string& id, Timestamp now) {
  std::optional<IdempotencyRecord> record = writer_.find_idempotency_record(id);
  if (record && now - record->time > kIdempotencyLifetime) record.reset();
  return record;
}

Result<StudyPtr> StudyTable::create_study(const std::string& name, const std::vector<Direction>& directions) {
  if (directions.empty()) return Error{ErrorCode::unprocessable, "a study needs at least one direction", {}};
  if (ids_by_name_.count(name) != 0) {
    return Error{ErrorCode::conflict,
                 "there is a study with the name " + advisor::json::quote_for_message(name) + " already",
                 {},
                 kDuplicatedStudy};
  }
  const std::int64_t id = last_study_id_ + 1;
  undo_.emplace_back([this, id, name] {
    entries_.erase(id);
    ids_by_name_.erase(name);
    last_study_id_ = id - 1;
  });
  restore_study({id, name, directions, {}, {}});
  const StudyPtr& study = entries_.at(id)->study;
  writer_.study_created(*study);
  return study;
}

std::optional<Error> StudyTable::delete_study(std::int64_t study_id) {
  const auto found = entries_.find(study_id);
  if (found == entries_.end()) return no_study(study_id);
  const auto entry = std::make_shared<std::unique_ptr<Entry>>();
  undo_.emplace_back([this, entry, study_id] {
    if (*entry == nullptr) return;
    ids_by_name_[(*entry)->study->name] = study_id;
    for (const TrialPtr& trial : (*entry)->trials) study_of_trial_[trial->trial_id] = study_id;
    entries_[study_id] = std::move(*entry);
  });
  *entry = std::move(found->second);
  entries_.erase(found);
  ids_by_name_.erase((*entry)->study->name);
  for (const TrialPtr& trial : (*entry)->trials) study_of_trial_.erase(trial->trial_id);
  writer_.study_deleted(*(*entry)->study, last_study_id_, last_trial_id_);
  return std::nullopt;
}

void StudyTable::revert() {
  std::for_each(undo_.rbegin(), undo_.rend(), [](const auto& undo) { undo(); });
  undo_.clear();
}

void StudyTable::clear() {
  entries_.clear();
  ids_by_name_.clear();
  study_of_trial_.clear();
  journals_.clear();
  undo_.clear();
  last_study_id_ = 0;
  last_trial_id_ = 0;
}

void StudyTable::restore_study(Study study) {
  const std::int64_t id = study.study_id;
  ids_by_name_[study.name] = id;
  last_study_id_ = std::max(last_study_id_, id);
  auto entry = std::make_unique<Entry>();
  entry->study = std::make_shared<const Study>(std::move(study));
  entries_[id] = std::move(entry);
}

void StudyTable::restore_last_ids(std::int64_t last_study_id, std::int64_t last_trial_id) {
  last_study_id_ = std::max(last_study_id_, last_study_id);
  last_trial_id_ = std::max(last_trial_id_, last_trial_id);
}

}  // namespace ssem::api::studies
