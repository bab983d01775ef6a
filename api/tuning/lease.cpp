#include "api/tuning/lease.h"

#include <algorithm>
#include <string>
#include <utility>

#include "advisor/json/text_writer.h"
#include "api/studies/python_json.h"
#include "api/tuning/study_config.h"
#include "api/tuning/trial_validations.h"

namespace ssem::api::tuning {
namespace {

using studies::Attribute;
using studies::AttributeKind;
using studies::Timestamp;
using studies::Trial;
using studies::TrialPtr;
using studies::TrialState;

constexpr std::string_view kFailedTrial = "failed_trial";
constexpr std::string_view kRetryHistory = "retry_history";

// "[3, 5]" with the number behind it.
std::string longer_history(const Trial& trial, std::size_t& length) {
  studies::PythonValue history;
  if (const std::string* text = studies::find_attribute(trial.system_attributes, kRetryHistory)) {
    if (const auto known = studies::parse_python_json(*text)) history = known.value();
  }
  history.kind = studies::PythonValue::Kind::list;
  studies::PythonValue number;
  number.kind = studies::PythonValue::Kind::integer;
  number.number = static_cast<double>(trial.number);
  number.text = std::to_string(trial.number);
  history.items.push_back(std::move(number));
  length = history.items.size();
  return studies::to_text(history);
}

// What belongs to the attempt that failed, not to the trial as such.
bool belongs_to_attempt(const std::string& key) {
  return key == kLeaseAttribute || key == kLeaseRanOutAttribute || key == kClientAttribute || key == kRetryHistory ||
         key.rfind("completed_rung_", 0) == 0;
}

std::optional<Error> queue_again(studies::StudyTable& table, const Trial& trial, std::int64_t max_retry,
                                 Timestamp now) {
  std::size_t attempts = 0;
  const std::string history = longer_history(trial, attempts);
  if (static_cast<std::int64_t>(attempts) > max_retry) return std::nullopt;
  studies::TrialContent retry;
  retry.state = TrialState::waiting;
  retry.params = trial.params;
  retry.user_attributes = trial.user_attributes;
  if (studies::find_attribute(trial.system_attributes, kFailedTrial) == nullptr) {
    retry.system_attributes.push_back({std::string(kFailedTrial), std::to_string(trial.number)});
  }
  retry.system_attributes.push_back({std::string(kRetryHistory), history});
  for (const Attribute& attribute : trial.system_attributes) {
    if (!belongs_to_attempt(attribute.key)) retry.system_attributes.push_back(attribute);
  }
  const auto made = table.create_trial(trial.study_id, retry, now);
  if (!made) return made.error();
  return std::nullopt;
}

}  // namespace

Lease new_lease(double lease_s, Timestamp now) {
  const auto span = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::duration<double>(lease_s));
  return {lease_s, now + span};
}

Attribute attribute_of(const Lease& lease) {
  advisor::json::TextWriter writer(80);
  writer.begin_object();
  writer.field("lease_s", lease.lease_s);
  writer.field("expires", studies::to_iso(lease.expires));
  writer.end_object();
  return {std::string(kLeaseAttribute), std::move(writer).take()};
}

std::optional<Lease> lease_of(const Trial& trial) {
  const std::string* text = studies::find_attribute(trial.system_attributes, kLeaseAttribute);
  if (text == nullptr) return std::nullopt;
  const auto value = studies::parse_python_json(*text);
  if (!value) return std::nullopt;
  const studies::PythonValue* lease_s = value.value().find("lease_s");
  const studies::PythonValue* expires = value.value().find("expires");
  if (lease_s == nullptr || !lease_s->is_number() || expires == nullptr) return std::nullopt;
  const auto moment = studies::timestamp_from(expires->text);
  if (!moment) return std::nullopt;
  return Lease{lease_s->number, *moment};
}

bool lease_ran_out(const Trial& trial) {
  return trial.state == TrialState::fail &&
         studies::find_attribute(trial.system_attributes, kLeaseRanOutAttribute) != nullptr;
}

Result<std::optional<Lease>> renew_lease(studies::StudyTable& table, const Trial& trial, std::optional<double> lease_s,
                                         Timestamp now) {
  if (!lease_s) {
    const auto before = lease_of(trial);
    if (!before) return std::optional<Lease>();
    lease_s = before->lease_s;
  }
  const Lease lease = new_lease(*lease_s, now);
  if (auto fault = table.set_trial_attribute(trial.trial_id, AttributeKind::system, attribute_of(lease))) return *fault;
  return std::optional<Lease>(lease);
}

Result<std::int64_t> expire_leases(studies::StudyTable& table, std::int64_t study_id, Timestamp now) {
  const auto study = table.study(study_id);
  if (!study) return study.error();
  const auto running = table.trials(study_id, {{{TrialState::running}}, {}, {}});
  if (!running) return running.error();
  std::int64_t expired = 0;
  for (const TrialPtr& trial : running.value()) {
    const auto lease = lease_of(*trial);
    // The server itself looks after a trial that it validates.
    if (!lease || lease->expires > now || !validation_of(*trial).empty()) continue;
    if (auto fault = table.set_trial_attribute(trial->trial_id, AttributeKind::system,
                                               {std::string(kLeaseRanOutAttribute), "true"})) {
      return *fault;
    }
    const auto failed = table.set_trial_state(trial->trial_id, TrialState::fail, std::nullopt, now);
    if (!failed) return failed.error();
    if (auto fault = queue_again(table, *trial, study_config_of(*study.value()).max_retry, now)) return *fault;
    ++expired;
  }
  return expired;
}

}  // namespace ssem::api::tuning
