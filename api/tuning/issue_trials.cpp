// What TrialIssuer writes down.
#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/json/text_writer.h"
#include "api/studies/python_json.h"
#include "api/tuning/queued_params.h"
#include "api/tuning/trial_issuer.h"

namespace ssem::api::tuning {
namespace {

using studies::Attribute;
using studies::AttributeKind;
using studies::Param;
using studies::PythonValue;
using studies::StudyTable;
using studies::Timestamp;
using studies::Trial;
using studies::TrialPtr;
using studies::TrialState;

std::string sentences_json(const std::vector<std::string>& sentences) {
  advisor::json::TextWriter writer(256);
  writer.value(sentences);
  return std::move(writer).take();
}

std::string quoted(const std::string& text) {
  advisor::json::TextWriter writer(text.size() + 2);
  writer.value(text);
  return std::move(writer).take();
}

std::vector<std::string> sentences_of(const Trial& trial) {
  std::vector<std::string> sentences;
  const std::string* text = studies::find_attribute(trial.system_attributes, kWhyAttribute);
  if (text == nullptr) return sentences;
  if (const auto list = studies::parse_python_json(*text)) {
    for (const PythonValue& item : list.value().items) sentences.push_back(item.text);
  }
  return sentences;
}

// The first in the queue, now running; parameters it was not given are the suggestion's.
Result<std::int64_t> take_waiting(StudyTable& table, const Trial& waiting, const NamedDistributions& space,
                                  const Suggestion& suggestion, std::vector<std::string>& why, Timestamp now) {
  const auto taken = table.set_trial_state(waiting.trial_id, TrialState::running, std::nullopt, now);
  if (!taken) return taken.error();
  const PythonValue fixed = fixed_params_of(waiting);
  bool suggested = false;
  for (std::size_t index = 0; index < space.size(); ++index) {
    const NamedDistribution& each = space[index];
    const auto same = [&](const Param& param) { return param.name == each.name; };
    if (std::any_of(waiting.params.begin(), waiting.params.end(), same)) continue;
    double value = suggestion.internal_values[index];
    const PythonValue* given = fixed.find(each.name);
    const auto internal =
        given == nullptr ? Result<double>(Error{}) : studies::internal_value(each.distribution, *given);
    if (internal) value = internal.value();
    suggested = suggested || !internal;
    if (auto fault =
            table.set_trial_param(waiting.trial_id, studies::param_from(each.name, value, each.distribution))) {
      return *fault;
    }
  }
  why = sentences_of(waiting);
  if (why.empty()) why.emplace_back("It waited in the queue with the parameters that it was given.");
  if (suggested) why.insert(why.end(), suggestion.why.begin(), suggestion.why.end());
  return waiting.trial_id;
}

// Running, with all that is known of it from the start.
Result<IssuedTrial> create_new(StudyTable& table, std::int64_t study_id, const AskRequest& request,
                               const NamedDistributions& space, const Suggestion& suggestion, Timestamp now) {
  IssuedTrial issued{nullptr, suggestion.why, {}};
  studies::TrialContent content;
  content.start = now;
  for (std::size_t index = 0; index < space.size(); ++index) {
    content.params.push_back(
        studies::param_from(space[index].name, suggestion.internal_values[index], space[index].distribution));
  }
  content.system_attributes.push_back({std::string(kWhyAttribute), sentences_json(suggestion.why)});
  if (!request.client_id.empty()) {
    content.system_attributes.push_back({std::string(kClientAttribute), quoted(request.client_id)});
  }
  if (request.lease_s) {
    issued.lease = new_lease(*request.lease_s, now);
    content.system_attributes.push_back(attribute_of(*issued.lease));
  }
  const auto made = table.create_trial(study_id, content, now);
  if (!made) return made.error();
  issued.trial = made.value();
  return issued;
}

std::optional<Error> note_system(StudyTable& table, std::int64_t trial_id, std::string_view key,
                                 std::string value_json) {
  return table.set_trial_attribute(trial_id, AttributeKind::system, {std::string(key), std::move(value_json)});
}

std::vector<TrialPtr> with_state(const StudyTable& table, std::int64_t study_id, TrialState state) {
  const auto trials = table.trials(study_id, {{{state}}, {}, {}});
  return trials ? trials.value() : std::vector<TrialPtr>();
}

}  // namespace

Result<std::vector<IssuedTrial>> TrialIssuer::issue(StudyTable& table, const AskRequest& request,
                                                    const PendingSuggestions& pending, Timestamp now) {
  const std::int64_t study_id = pending.study_id_;
  const auto expired = expire_leases(table, study_id, now);
  if (!expired) return expired.error();
  std::vector<IssuedTrial> handed;
  const auto hand = [&](std::int64_t trial_id, std::vector<std::string> why) -> std::optional<Error> {
    const auto lease = renew_lease(table, *table.trial(trial_id).value(), request.lease_s, now);
    if (!lease) return lease.error();
    handed.push_back({table.trial(trial_id).value(), std::move(why), lease.value()});
    return std::nullopt;
  };
  if (!request.client_id.empty()) {
    const std::string client = quoted(request.client_id);
    for (const TrialPtr& trial : with_state(table, study_id, TrialState::running)) {
      const std::string* owner = studies::find_attribute(trial->system_attributes, kClientAttribute);
      if (handed.size() == request.count || owner == nullptr || *owner != client) continue;
      if (auto fault = hand(trial->trial_id, sentences_of(*trial))) return *fault;
    }
  }
  if (handed.size() == request.count) return handed;
  const std::vector<TrialPtr> queue = with_state(table, study_id, TrialState::waiting);
  for (std::size_t next = 0; handed.size() < request.count; ++next) {
    const Suggestion& suggestion = pending.suggestions_[next];
    if (next >= queue.size()) {
      auto issued = create_new(table, study_id, request, pending.space_, suggestion, now);
      if (!issued) return issued.error();
      handed.push_back(std::move(issued).value());
      continue;
    }
    std::vector<std::string> why = suggestion.why;
    const auto trial_id = take_waiting(table, *queue[next], pending.space_, suggestion, why, now);
    if (!trial_id) return trial_id.error();
    if (auto fault = note_system(table, trial_id.value(), kWhyAttribute, sentences_json(why))) return *fault;
    if (!request.client_id.empty()) {
      if (auto fault = note_system(table, trial_id.value(), kClientAttribute, quoted(request.client_id))) return *fault;
    }
    if (auto fault = hand(trial_id.value(), std::move(why))) return *fault;
  }
  return handed;
}

std::optional<Error> TrialIssuer::queue(StudyTable& table, const PendingSuggestions& pending, Timestamp now) {
  const auto waiting = table.trial_count(pending.study_id_, TrialState::waiting);
  if (!waiting) return waiting.error();
  if (waiting.value() > 0) return std::nullopt;
  const Suggestion& suggestion = pending.suggestions_.front();
  PythonValue fixed;
  fixed.kind = PythonValue::Kind::dictionary;
  for (std::size_t index = 0; index < pending.space_.size(); ++index) {
    const NamedDistribution& each = pending.space_[index];
    fixed.members.push_back({each.name, studies::external_value(each.distribution, suggestion.internal_values[index])});
  }
  studies::TrialContent content;
  content.state = TrialState::waiting;
  content.system_attributes = {{std::string(kFixedParams), studies::to_text(fixed)},
                               {std::string(kWhyAttribute), sentences_json(suggestion.why)}};
  const auto made = table.create_trial(pending.study_id_, content, now);
  if (!made) return made.error();
  return std::nullopt;
}

}  // namespace ssem::api::tuning
