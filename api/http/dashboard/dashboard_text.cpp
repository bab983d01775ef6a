#include "api/http/dashboard/dashboard_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "api/http/dashboard/dashboard_extras.h"
#include "api/http/dashboard/dashboard_notes.h"
#include "api/http/dashboard/dashboard_search_space.h"
#include "api/http/studies/storage_text.h"
#include "api/tuning/best_trials.h"

namespace ssem::api::http {
namespace {

using advisor::json::TextWriter;
using studies::PythonValue;
using studies::Study;
using studies::Trial;
using studies::TrialPtr;
using studies::TrialState;
using Kind = PythonValue::Kind;

std::string_view python_type(const PythonValue& value) {
  switch (value.kind) {
    case Kind::null:
      return "<class 'NoneType'>";
    case Kind::boolean:
      return "<class 'bool'>";
    case Kind::integer:
      return "<class 'int'>";
    case Kind::real:
      return "<class 'float'>";
    case Kind::text:
      return "<class 'str'>";
    case Kind::list:
      return "<class 'list'>";
    case Kind::dictionary:
      return "<class 'dict'>";
  }
  return {};
}

std::string_view shown_state(TrialState state) {
  static constexpr std::array<std::string_view, 5> kShown = {"Running", "Complete", "Pruned", "Fail", "Waiting"};
  return kShown[static_cast<std::size_t>(state)];
}

void write_note(TextWriter& writer, const Note& note) {
  writer.key("note");
  writer.begin_object();
  writer.field("version", note.version);
  writer.field("body", note.body);
  writer.end_object();
}

void write_params(TextWriter& writer, const Trial& trial) {
  writer.key("params");
  writer.begin_array();
  for (const studies::Param& param : trial.params) {
    if (!param.distribution) continue;
    const PythonValue external = studies::external_value(*param.distribution, param.internal_value);
    writer.begin_object();
    writer.field("name", param.name);
    writer.field("param_internal_value", param.internal_value);
    writer.field("param_external_value", python_str(external));
    writer.field("param_external_pytyp", python_type(external));
    writer.field("param_external_type", python_type(external));
    writer.key("distribution");
    write_dashboard_distribution(writer, *param.distribution);
    writer.end_object();
  }
  writer.end_array();
}

void write_fixed_params(TextWriter& writer, const Trial& trial) {
  writer.key("fixed_params");
  writer.begin_array();
  const std::string* text = studies::find_attribute(trial.system_attributes, "fixed_params");
  const auto fixed = text != nullptr ? studies::parse_python_json(*text) : Result<PythonValue>(PythonValue{});
  if (fixed) {
    for (const studies::PythonMember& member : fixed.value().members) {
      writer.begin_object();
      writer.field("name", member.name);
      writer.field("param_external_value", python_str(member.value));
      writer.end_object();
    }
  }
  writer.end_array();
}

void write_constraints(TextWriter& writer, const Trial& trial) {
  writer.key("constraints");
  writer.begin_array();
  const std::string* text = studies::find_attribute(trial.system_attributes, "constraints");
  const auto values = text != nullptr ? studies::parse_python_json(*text) : Result<PythonValue>(PythonValue{});
  if (values) {
    for (const PythonValue& value : values.value().items) writer.value(value.number);
  }
  writer.end_array();
}

void write_spaces(TextWriter& writer, std::string_view name, const NamedSpaces& spaces) {
  writer.key(name);
  writer.begin_array();
  for (const auto& [parameter, distribution] : spaces) {
    writer.begin_object();
    writer.field("name", parameter);
    writer.key("distribution");
    write_dashboard_distribution(writer, distribution);
    writer.end_object();
  }
  writer.end_array();
}

bool is_sortable(const std::string& value_json) {
  const auto value = studies::parse_python_json(value_json);
  return value && (value.value().is_number() || value.value().kind == Kind::boolean);
}

void write_user_attribute_names(TextWriter& writer, const std::vector<TrialPtr>& trials) {
  std::map<std::string, bool> sortable;
  for (const TrialPtr& trial : trials) {
    for (const studies::Attribute& each : trial->user_attributes) {
      const auto known = sortable.emplace(each.key, true).first;
      known->second = known->second && is_sortable(each.value_json);
    }
  }
  writer.key("union_user_attrs");
  writer.begin_array();
  for (const auto& [key, yes] : sortable) {
    writer.begin_object();
    writer.field("key", key);
    writer.field("sortable", yes);
    writer.end_object();
  }
  writer.end_array();
}

void write_trials(TextWriter& writer, std::string_view name, const std::vector<TrialPtr>& trials, std::size_t after,
                  const Study& study) {
  writer.key(name);
  writer.begin_array();
  for (std::size_t index = after; index < trials.size(); ++index) write_dashboard_trial(writer, *trials[index], study);
  writer.end_array();
}

}  // namespace

void write_dashboard_distribution(TextWriter& writer, const studies::Distribution& distribution) {
  writer.begin_object();
  if (const auto* real = std::get_if<studies::FloatDistribution>(&distribution)) {
    writer.field("type", "FloatDistribution");
    writer.field("low", real->low);
    writer.field("high", real->high);
    writer.field("step", real->step);
    writer.field("log", real->log);
  } else if (const auto* integer = std::get_if<studies::IntDistribution>(&distribution)) {
    writer.field("type", "IntDistribution");
    writer.field("low", integer->low);
    writer.field("high", integer->high);
    writer.field("step", integer->step);
    writer.field("log", integer->log);
  } else {
    writer.field("type", "CategoricalDistribution");
    writer.key("choices");
    writer.begin_array();
    for (const PythonValue& choice : std::get<studies::CategoricalDistribution>(distribution).choices) {
      writer.begin_object();
      writer.field("pytype", python_type(choice));
      writer.field("value", python_str(choice));
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

void write_dashboard_attributes(TextWriter& writer, const studies::Attributes& attributes) {
  writer.key("user_attrs");
  writer.begin_array();
  for (const studies::Attribute& each : attributes) {
    writer.begin_object();
    writer.field("key", each.key);
    writer.field("value", shown_attribute(each.value_json));
    writer.end_object();
  }
  writer.end_array();
}

void write_dashboard_trial(TextWriter& writer, const Trial& trial, const Study& study) {
  writer.begin_object();
  writer.field("trial_id", trial.trial_id);
  writer.field("study_id", trial.study_id);
  writer.field("number", trial.number);
  writer.field("state", shown_state(trial.state));
  write_params(writer, trial);
  write_fixed_params(writer, trial);
  write_dashboard_attributes(writer, trial.user_attributes);
  write_note(writer, note_of(study, trial.trial_id));
  write_artifacts(writer, study, &trial);
  write_constraints(writer, trial);
  write_intermediate_values(writer, trial);
  if (trial.values) writer.field("values", *trial.values);
  if (trial.start) writer.field("datetime_start", studies::to_iso(*trial.start));
  if (trial.complete) writer.field("datetime_complete", studies::to_iso(*trial.complete));
  writer.end_object();
}

void write_dashboard_summary(TextWriter& writer, const Study& study) {
  writer.begin_object();
  writer.field("study_id", study.study_id);
  writer.field("study_name", study.name);
  write_directions(writer, study);
  write_dashboard_attributes(writer, study.user_attributes);
  writer.field("is_preferential", is_preferential(study));
  writer.end_object();
}

std::string dashboard_detail(const Study& study, const std::vector<TrialPtr>& trials, std::size_t after) {
  std::vector<TrialPtr> complete;
  std::copy_if(trials.begin(), trials.end(), std::back_inserter(complete),
               [](const TrialPtr& trial) { return trial->state == TrialState::complete; });
  TextWriter writer(1024 + (trials.size() - std::min(after, trials.size())) * 1536);
  writer.begin_object();
  writer.field("name", study.name);
  write_directions(writer, study);
  write_dashboard_attributes(writer, study.user_attributes);
  write_artifacts(writer, study, nullptr);
  write_trials(writer, "trials", trials, after, study);
  write_trials(
      writer, "best_trials",
      is_preferential(study) ? preferred_trials(study, trials) : tuning::best_trials(complete, study.directions), 0,
      study);
  write_spaces(writer, "intersection_search_space", intersection_search_space(trials));
  write_spaces(writer, "union_search_space", union_search_space(trials));
  write_user_attribute_names(writer, trials);
  writer.field("has_intermediate_values", std::any_of(trials.begin(), trials.end(), [](const TrialPtr& trial) {
                 return !trial->intermediate_values.empty();
               }));
  write_note(writer, note_of(study, std::nullopt));
  writer.field("is_preferential", is_preferential(study));
  write_extras(writer, study, trials);
  writer.end_object();
  return std::move(writer).take();
}

}  // namespace ssem::api::http
