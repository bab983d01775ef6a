#include "api/http/studies/study_text.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "advisor/json/text_writer.h"
#include "api/http/studies/storage_text.h"
#include "api/studies/distribution.h"
#include "api/tuning/queued_params.h"
#include "api/tuning/study_config.h"
#include "api/tuning/trial_validations.h"

namespace ssem::api::http {
namespace {

using advisor::json::TextWriter;
using studies::PythonValue;

void write_json(TextWriter& writer, const std::string& value_json) {
  const auto value = studies::parse_python_json(value_json);
  studies::write_strict(writer, value ? value.value() : PythonValue{});
}

// Each value as the user's own; what the server keeps for itself has fields of its own.
void write_attributes(TextWriter& writer, std::string_view name, const studies::Attributes& attributes) {
  writer.key(name);
  writer.begin_object();
  for (const studies::Attribute& attribute : attributes) {
    writer.text_key(attribute.key);
    write_json(writer, attribute.value_json);
  }
  writer.end_object();
}

// Doubles keep an integer's first 53 bits; where it was given in the queue, all its digits are known.
PythonValue value_of(const studies::Param& param, const PythonValue& fixed) {
  const PythonValue* given = fixed.find(param.name);
  if (given != nullptr && given->kind == PythonValue::Kind::integer && given->number == param.internal_value &&
      std::holds_alternative<studies::IntDistribution>(*param.distribution)) {
    return *given;
  }
  return studies::external_value(*param.distribution, param.internal_value);
}

// A trial that waits shows what it was given.
void write_params(TextWriter& writer, const studies::Trial& trial) {
  writer.key("params");
  writer.begin_object();
  const PythonValue fixed = tuning::fixed_params_of(trial);
  for (const studies::Param& param : trial.params) {
    writer.text_key(param.name);
    if (param.distribution) {
      studies::write_strict(writer, value_of(param, fixed));
    } else {
      writer.value(param.internal_value);
    }
  }
  if (trial.state == studies::TrialState::waiting) {
    for (const studies::PythonMember& member : fixed.members) {
      const auto is_known = [&](const studies::Param& param) { return param.name == member.name; };
      if (std::any_of(trial.params.begin(), trial.params.end(), is_known)) continue;
      writer.text_key(member.name);
      studies::write_strict(writer, member.value);
    }
  }
  writer.end_object();
}

void write_why(TextWriter& writer, const studies::Trial& trial) {
  writer.key("why");
  const std::string* why = studies::find_attribute(trial.system_attributes, tuning::kWhyAttribute);
  write_json(writer, why != nullptr ? *why : "[]");
}

void write_tuned_trial(TextWriter& writer, const studies::Trial& trial, const std::string& why_failed = {}) {
  writer.begin_object();
  writer.field("trial_id", trial.trial_id);
  writer.field("study_id", trial.study_id);
  writer.field("number", trial.number);
  writer.field("state", studies::name_of(trial.state));
  write_params(writer, trial);
  writer.field("values", trial.values);
  writer.field("datetime_start", studies::to_iso(trial.start));
  writer.field("datetime_complete", studies::to_iso(trial.complete));
  const auto lease = trial.state == studies::TrialState::running ? tuning::lease_of(trial) : std::nullopt;
  writer.field("lease_expires", lease ? std::optional(studies::to_iso(lease->expires)) : std::nullopt);
  write_attributes(writer, "user_attrs", trial.user_attributes);
  write_intermediate_values(writer, trial);
  write_why(writer, trial);
  if (!why_failed.empty()) writer.field("why_failed", why_failed);
  writer.end_object();
}

void write_tuned_study(TextWriter& writer, const StudyView& view) {
  const studies::Study& study = *view.study;
  writer.begin_object();
  writer.field("study_id", study.study_id);
  writer.field("study_name", study.name);
  write_directions(writer, study);
  writer.key("plan");
  write_json(writer, tuning::to_text(tuning::study_config_of(study)));
  writer.key("trials");
  writer.begin_object();
  for (std::size_t state = 0; state < view.trial_counts.size(); ++state) {
    writer.field(studies::kTrialStateNames[state], static_cast<std::int64_t>(view.trial_counts[state]));
  }
  writer.end_object();
  write_attributes(writer, "user_attrs", study.user_attributes);
  writer.end_object();
}

void write_handed(TextWriter& writer, const tuning::IssuedTrial& handed) {
  writer.begin_object();
  writer.field("trial_id", handed.trial->trial_id);
  writer.field("number", handed.trial->number);
  write_params(writer, *handed.trial);
  writer.field("lease_expires", handed.lease ? std::optional(studies::to_iso(handed.lease->expires)) : std::nullopt);
  writer.field("why", handed.why);
  if (const std::string id = tuning::validation_of(*handed.trial); !id.empty()) writer.field("validation_id", id);
  writer.end_object();
}

template <class Item, class Write>
std::string list_text(std::string_view name, const std::vector<Item>& items, const Write& write) {
  TextWriter writer(64 + items.size() * 768);
  writer.begin_object();
  writer.key(name);
  writer.begin_array();
  for (const Item& item : items) write(writer, item);
  writer.end_array();
  writer.end_object();
  return std::move(writer).take();
}

}  // namespace

std::string tuning_text(const StudyView& view) {
  TextWriter writer(1024);
  write_tuned_study(writer, view);
  return std::move(writer).take();
}

std::string tuning_text(const std::vector<StudyView>& views) { return list_text("studies", views, write_tuned_study); }

std::string tuning_text(const studies::Trial& trial, const std::string& why_failed) {
  TextWriter writer(1024);
  write_tuned_trial(writer, trial, why_failed);
  return std::move(writer).take();
}

std::string tuning_text(const std::vector<studies::TrialPtr>& trials) {
  return list_text("trials", trials,
                   [](TextWriter& writer, const studies::TrialPtr& trial) { write_tuned_trial(writer, *trial); });
}

std::string tuning_text(const tuning::IssuedTrial& handed) {
  TextWriter writer(1024);
  write_handed(writer, handed);
  return std::move(writer).take();
}

std::string tuning_text(const std::vector<tuning::IssuedTrial>& handed) {
  return list_text("trials", handed, write_handed);
}

}  // namespace ssem::api::http
