// Everything that changes a trial, or an attribute of a study.
#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "api/studies/python_json.h"
#include "api/studies/study_table.h"

namespace ssem::api::studies {
namespace {

using advisor::json::quote_for_message;

Error broken_rule(std::string message) { return {ErrorCode::unprocessable, std::move(message), {}}; }

std::optional<Error> check_attribute(const Attribute& attribute) {
  const Result<PythonValue> value = parse_python_json(attribute.value_json);
  if (value) return std::nullopt;
  return broken_rule("the value of the attribute " + quote_for_message(attribute.key) + ": " + value.error().message);
}

std::optional<Error> check_values(const std::optional<std::vector<double>>& values) {
  if (!values) return std::nullopt;
  for (const double value : *values) {
    if (std::isnan(value)) return broken_rule("an objective value must not be nan");
  }
  return std::nullopt;
}

// Overwrites what has the key, else appends: the order of the first appearance stays.
template <class Item, class Key>
void put(std::vector<Item>& items, const Item& item, Key Item::*key) {
  const auto same = [&](const Item& other) { return other.*key == item.*key; };
  const auto known = std::find_if(items.begin(), items.end(), same);
  if (known != items.end()) {
    *known = item;
  } else {
    items.push_back(item);
  }
}

void put(std::vector<IntermediateValue>& values, const IntermediateValue& value) {
  const auto by_step = [](const IntermediateValue& other, std::int64_t step) { return other.step < step; };
  const auto place = std::lower_bound(values.begin(), values.end(), value.step, by_step);
  if (place != values.end() && place->step == value.step) {
    *place = value;
  } else {
    values.insert(place, value);
  }
}

}  // namespace

Result<TrialPtr*> StudyTable::changeable_slot(std::int64_t trial_id) const {
  const Result<TrialPtr> known = trial(trial_id);
  if (!known) return known.error();
  if (is_finished(known.value()->state)) {
    return Error{ErrorCode::conflict,
                 "trial " + std::to_string(trial_id) + " is finished (" + std::string(name_of(known.value()->state)) +
                     ") and cannot change any more",
                 {},
                 kTrialFinished};
  }
  return find_slot(trial_id);
}

void StudyTable::replace(TrialPtr& slot, std::shared_ptr<Trial> trial) {
  const auto count = [this](const TrialPtr& from, const TrialPtr& to) {
    auto& by_state = find_entry(from->study_id)->by_state;
    --by_state[static_cast<std::size_t>(from->state)];
    ++by_state[static_cast<std::size_t>(to->state)];
  };
  undo_.emplace_back([this, count, before = slot] {
    TrialPtr& place = *find_slot(before->trial_id);
    count(place, before);
    place = before;
  });
  const TrialPtr before = std::exchange(slot, std::move(trial));
  count(before, slot);
}

void StudyTable::add(Entry& entry, const TrialPtr& trial) {
  study_of_trial_[trial->trial_id] = trial->study_id;
  last_trial_id_ = std::max(last_trial_id_, trial->trial_id);
  entry.trials.push_back(trial);
  ++entry.by_state[static_cast<std::size_t>(trial->state)];
}

Result<StudyTable::SharedDistribution> StudyTable::check_param(const Entry& entry, const Param& param) const {
  const auto named = [&param](const std::string& rule) {
    return broken_rule("parameter " + quote_for_message(param.name) + ": " + rule);
  };
  if (std::isnan(param.internal_value)) return named("the value must not be nan");
  const auto known = entry.distributions.find(param.name);
  if (known != entry.distributions.end() && known->second.json == param.distribution_json) {
    return known->second.distribution;
  }
  SharedDistribution meaning = param.distribution;
  if (!meaning) {
    Result<Distribution> parsed = parse_distribution(param.distribution_json);
    if (!parsed) return named(parsed.error().message);
    meaning = std::make_shared<const Distribution>(std::move(parsed).value());
  }
  if (known != entry.distributions.end()) {
    if (const auto fault = incompatibility(*known->second.distribution, *meaning)) return named(*fault);
  }
  return meaning;
}

std::optional<Error> StudyTable::check_content(const Entry& entry, const TrialContent& content) const {
  if (std::optional<Error> fault = check_values(content.values)) return fault;
  for (const Attributes* attributes : {&content.user_attributes, &content.system_attributes}) {
    for (const Attribute& attribute : *attributes) {
      if (std::optional<Error> fault = check_attribute(attribute)) return fault;
    }
  }
  for (const Param& param : content.params) {
    const auto known = check_param(entry, param);
    if (!known) return known.error();
  }
  return std::nullopt;
}

// The first distribution of a name is the rule for later ones.
void StudyTable::learn(Entry& entry, const Param& param) {
  if (entry.distributions.count(param.name) != 0) return;
  undo_.emplace_back(
      [this, name = param.name, study_id = entry.study->study_id] { find_entry(study_id)->distributions.erase(name); });
  entry.distributions[param.name] = {param.distribution_json, param.distribution};
}

std::optional<Error> StudyTable::set_study_attribute(std::int64_t study_id, AttributeKind kind,
                                                     const Attribute& attribute) {
  const Result<StudyPtr> before = study(study_id);
  if (!before) return before.error();
  if (std::optional<Error> fault = check_attribute(attribute)) return fault;
  auto changed = std::make_shared<Study>(*before.value());
  put(kind == AttributeKind::user ? changed->user_attributes : changed->system_attributes, attribute, &Attribute::key);
  undo_.emplace_back([this, study_id, old = before.value()] { find_entry(study_id)->study = old; });
  find_entry(study_id)->study = std::move(changed);
  writer_.study_attribute_set(study_id, kind, attribute);
  return std::nullopt;
}

Result<TrialPtr> StudyTable::create_trial(std::int64_t study_id, const std::optional<TrialContent>& content,
                                          Timestamp time) {
  const Result<StudyPtr> owner = study(study_id);
  if (!owner) return owner.error();
  Entry& entry = *find_entry(study_id);
  auto trial = std::make_shared<Trial>();
  if (content) {
    if (std::optional<Error> fault = check_content(entry, *content)) return *fault;
    // Through put(), so that a name or step that is given twice is there once.
    trial->state = content->state;
    if (content->values && !content->values->empty()) trial->values = content->values;
    trial->start = content->start;
    trial->complete = content->complete;
    for (const Param& param : content->params) put(trial->params, param, &Param::name);
    for (const Attribute& each : content->user_attributes) put(trial->user_attributes, each, &Attribute::key);
    for (const Attribute& each : content->system_attributes) put(trial->system_attributes, each, &Attribute::key);
    for (const IntermediateValue& value : content->intermediate_values) put(trial->intermediate_values, value);
  } else {
    trial->start = time;
  }
  trial->study_id = study_id;
  trial->trial_id = last_trial_id_ + 1;
  trial->number = entry.trials.empty() ? 0 : entry.trials.back()->number + 1;
  for (Param& param : trial->params) {
    param.distribution = check_param(entry, param).value();
    learn(entry, param);
  }
  undo_.emplace_back([this, study_id, id = trial->trial_id] {
    Entry& place = *find_entry(study_id);
    if (!place.trials.empty() && place.trials.back()->trial_id == id) {
      --place.by_state[static_cast<std::size_t>(place.trials.back()->state)];
      place.trials.pop_back();
    }
    study_of_trial_.erase(id);
    last_trial_id_ = id - 1;
  });
  add(entry, trial);
  writer_.trial_created(*trial);
  return TrialPtr(trial);
}

std::optional<Error> StudyTable::set_trial_param(std::int64_t trial_id, const Param& param) {
  const Result<TrialPtr*> slot = changeable_slot(trial_id);
  if (!slot) return slot.error();
  Entry& entry = *find_entry((*slot.value())->study_id);
  auto meaning = check_param(entry, param);
  if (!meaning) return meaning.error();
  Param kept = param;
  kept.distribution = std::move(meaning).value();
  learn(entry, kept);
  auto changed = std::make_shared<Trial>(**slot.value());
  put(changed->params, kept, &Param::name);
  replace(*slot.value(), std::move(changed));
  writer_.trial_param_set(trial_id, param);
  return std::nullopt;
}

Result<bool> StudyTable::set_trial_state(std::int64_t trial_id, TrialState state,
                                         const std::optional<std::vector<double>>& values, Timestamp time) {
  const Result<TrialPtr*> slot = changeable_slot(trial_id);
  if (!slot) return slot.error();
  const Trial& before = **slot.value();
  if (state == TrialState::running && before.state != TrialState::waiting) return false;
  if (std::optional<Error> fault = check_values(values)) return *fault;
  auto changed = std::make_shared<Trial>(before);
  changed->state = state;
  if (values && !values->empty()) changed->values = values;
  if (state == TrialState::running) changed->start = time;
  if (is_finished(state)) changed->complete = time;
  writer_.trial_state_set(*changed);
  replace(*slot.value(), std::move(changed));
  return true;
}

std::optional<Error> StudyTable::set_trial_intermediate_value(std::int64_t trial_id, const IntermediateValue& value) {
  const Result<TrialPtr*> slot = changeable_slot(trial_id);
  if (!slot) return slot.error();
  auto changed = std::make_shared<Trial>(**slot.value());
  put(changed->intermediate_values, value);
  replace(*slot.value(), std::move(changed));
  writer_.trial_intermediate_value_set(trial_id, value);
  return std::nullopt;
}

std::optional<Error> StudyTable::set_trial_attribute(std::int64_t trial_id, AttributeKind kind,
                                                     const Attribute& attribute) {
  const Result<TrialPtr*> slot = changeable_slot(trial_id);
  if (!slot) return slot.error();
  return amend_trial(trial_id, kind, attribute);
}

std::optional<Error> StudyTable::amend_trial(std::int64_t trial_id, AttributeKind kind, const Attribute& attribute) {
  const Result<TrialPtr> before = trial(trial_id);
  if (!before) return before.error();
  if (std::optional<Error> fault = check_attribute(attribute)) return fault;
  auto changed = std::make_shared<Trial>(*before.value());
  put(kind == AttributeKind::user ? changed->user_attributes : changed->system_attributes, attribute, &Attribute::key);
  replace(*find_slot(trial_id), std::move(changed));
  writer_.trial_attribute_set(trial_id, kind, attribute);
  return std::nullopt;
}

std::optional<Error> StudyTable::record_heartbeat(std::int64_t trial_id, Timestamp time) {
  const Result<TrialPtr> before = trial(trial_id);
  if (!before) return before.error();
  if (is_finished(before.value()->state)) return std::nullopt;
  auto changed = std::make_shared<Trial>(*before.value());
  changed->heartbeat = time;
  replace(*find_slot(trial_id), std::move(changed));
  writer_.trial_heartbeat_set(trial_id, time);
  return std::nullopt;
}

void StudyTable::restore_trial(Trial trial) {
  Entry* entry = find_entry(trial.study_id);
  if (entry == nullptr) return;
  for (Param& param : trial.params) {
    // What other programs wrote is taken as it is; only what we understand becomes the rule for later trials.
    if (auto meaning = check_param(*entry, param)) {
      param.distribution = std::move(meaning).value();
      entry->distributions.try_emplace(param.name, KnownDistribution{param.distribution_json, param.distribution});
    } else if (auto parsed = parse_distribution(param.distribution_json)) {
      param.distribution = std::make_shared<const Distribution>(std::move(parsed).value());
    }
  }
  add(*entry, std::make_shared<const Trial>(std::move(trial)));
}

}  // namespace ssem::api::studies
