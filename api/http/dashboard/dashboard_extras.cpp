#include "api/http/dashboard/dashboard_extras.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "api/http/dashboard/dashboard_text.h"
#include "api/studies/python_json.h"

namespace ssem::api::http {
namespace {

using advisor::json::TextWriter;
using studies::Attribute;
using studies::PythonValue;
using studies::Study;
using studies::TrialPtr;
using Kind = PythonValue::Kind;

bool begins_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

PythonValue value_of(const std::string& json) {
  auto value = studies::parse_python_json(json);
  return value ? std::move(value).value() : PythonValue{};
}

PythonValue attribute_value(const Study& study, std::string_view key) {
  const std::string* json = studies::find_attribute(study.system_attributes, key);
  return json != nullptr ? value_of(*json) : PythonValue{};
}

// Some values are JSON in a JSON text.
PythonValue unwrapped(const std::string& json) {
  PythonValue value = value_of(json);
  return value.kind == Kind::text ? value_of(value.text) : value;
}

void write_text_field(TextWriter& writer, std::string_view name, const PythonValue& object) {
  const PythonValue* value = object.find(name);
  if (value == nullptr || value->kind != Kind::text) {
    writer.field(name, std::optional<double>());
  } else {
    writer.field(name, value->text);
  }
}

void write_artifacts_of(TextWriter& writer, const studies::Attributes& attributes, const std::string& prefix) {
  for (const Attribute& attribute : attributes) {
    if (!begins_with(attribute.key, prefix)) continue;
    const PythonValue artifact = unwrapped(attribute.value_json);
    if (artifact.kind != Kind::dictionary) continue;  // null: deleted
    writer.begin_object();
    for (const std::string_view name : {"artifact_id", "filename", "mimetype", "encoding"}) {
      write_text_field(writer, name, artifact);
    }
    writer.end_object();
  }
}

void write_number_list(TextWriter& writer, const PythonValue* list) {
  writer.begin_array();
  if (list != nullptr) {
    for (const PythonValue& item : list->items) {
      if (item.kind == Kind::list) {
        write_number_list(writer, &item);
      } else {
        writer.value(static_cast<std::int64_t>(item.number));
      }
    }
  }
  writer.end_array();
}

void write_history(TextWriter& writer, const Study& study) {
  std::map<std::string, std::pair<PythonValue, bool>> by_time;
  for (const Attribute& attribute : study.system_attributes) {
    if (!begins_with(attribute.key, kPreferenceHistory)) continue;
    PythonValue entry = unwrapped(attribute.value_json);
    const PythonValue* timestamp = entry.find("timestamp");
    if (timestamp == nullptr) continue;
    const std::string key = std::string(kPreferenceValues) + attribute.key.substr(kPreferenceHistory.size());
    const bool removed = attribute_value(study, key).items.empty();
    by_time.emplace(timestamp->text + attribute.key, std::pair(std::move(entry), removed));
  }
  writer.key("preference_history");
  writer.begin_array();
  for (const auto& [time, entry] : by_time) {
    writer.begin_object();
    writer.key("history");
    writer.begin_object();
    for (const std::string_view name : {"mode", "id", "timestamp"}) write_text_field(writer, name, entry.first);
    writer.key("candidates");
    write_number_list(writer, entry.first.find("candidates"));
    const PythonValue* clicked = entry.first.find("clicked");
    writer.field("clicked", static_cast<std::int64_t>(clicked != nullptr ? clicked->number : -1.0));
    writer.key("preferences");
    write_number_list(writer, entry.first.find("preferences"));
    writer.end_object();
    writer.field("is_removed", entry.second);
    writer.end_object();
  }
  writer.end_array();
}

// Pairs (better, worse) of trial numbers.
PythonValue preferences_of(const Study& study) {
  PythonValue all;
  all.kind = Kind::list;
  for (const Attribute& attribute : study.system_attributes) {
    if (!begins_with(attribute.key, kPreferenceValues)) continue;
    for (PythonValue& pair : value_of(attribute.value_json).items) all.items.push_back(std::move(pair));
  }
  return all;
}

void write_preferences(TextWriter& writer, const Study& study, const std::vector<TrialPtr>& trials) {
  write_history(writer, study);
  const PythonValue preferences = preferences_of(study);
  writer.key("preferences");
  write_number_list(writer, &preferences);
  writer.key("skipped_trial_numbers");
  writer.begin_array();
  for (const TrialPtr& trial : trials) {
    const std::string key = "preference:skip_trial:" + std::to_string(trial->trial_id);
    if (studies::find_attribute(study.system_attributes, key) != nullptr) writer.value(trial->number);
  }
  writer.end_array();
}

// "dashboard:plot_data:ID:0", ":1" ... joined.
void write_plots(TextWriter& writer, const Study& study) {
  constexpr std::string_view kPrefix = "dashboard:plot_data:";
  std::map<std::string, std::map<int, std::string>> plots;
  for (const Attribute& attribute : study.system_attributes) {
    if (!begins_with(attribute.key, kPrefix)) continue;
    const std::size_t colon = attribute.key.rfind(':');
    if (colon <= kPrefix.size()) continue;
    const std::string id = attribute.key.substr(kPrefix.size(), colon - kPrefix.size());
    plots[id][std::atoi(attribute.key.c_str() + colon + 1)] = value_of(attribute.value_json).text;
  }
  writer.key("plotly_graph_objects");
  writer.begin_array();
  for (const auto& [id, pieces] : plots) {
    std::string graph;
    for (const auto& [number, piece] : pieces) graph += piece;
    writer.begin_object();
    writer.field("id", id);
    writer.field("graph_object", graph);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

bool is_preferential(const Study& study) {
  const PythonValue value = attribute_value(study, "preference:is_preferential");
  return value.kind == Kind::boolean && value.number != 0.0;
}

void write_artifacts(TextWriter& writer, const Study& study, const studies::Trial* trial) {
  writer.key("artifacts");
  writer.begin_array();
  if (trial == nullptr) {
    write_artifacts_of(writer, study.system_attributes, "artifacts:");
  } else {
    const std::string older = "dashboard:artifacts:" + std::to_string(trial->trial_id) + ":";
    write_artifacts_of(writer, study.system_attributes, older);
    write_artifacts_of(writer, trial->system_attributes, "artifacts:");
  }
  writer.end_array();
}

void write_extras(TextWriter& writer, const Study& study, const std::vector<TrialPtr>& trials) {
  PythonValue names = attribute_value(study, "study:metric_names");
  if (names.items.empty()) names = attribute_value(study, "dashboard:objective_names");
  if (!names.items.empty()) {
    std::vector<std::string> texts;
    for (const PythonValue& name : names.items) texts.push_back(name.text);
    writer.field("objective_names", texts);
  }
  const PythonValue widgets = attribute_value(study, "dashboard:form_widgets:v2");
  if (widgets.kind == Kind::dictionary) {
    writer.key("form_widgets");
    studies::write_strict(writer, widgets);
  }
  const PythonValue feedback = attribute_value(study, "preference:component");
  writer.key("feedback_component_type");
  if (feedback.kind == Kind::dictionary) {
    studies::write_strict(writer, feedback);
  } else {
    writer.begin_object();
    writer.field("output_type", "note");
    writer.end_object();
  }
  if (is_preferential(study)) write_preferences(writer, study, trials);
  write_plots(writer, study);
}

std::vector<TrialPtr> preferred_trials(const Study& study, const std::vector<TrialPtr>& trials) {
  std::set<std::int64_t> better;
  std::set<std::int64_t> worse;
  for (const PythonValue& pair : preferences_of(study).items) {
    if (pair.items.size() != 2) continue;
    better.insert(static_cast<std::int64_t>(pair.items[0].number));
    worse.insert(static_cast<std::int64_t>(pair.items[1].number));
  }
  std::vector<TrialPtr> preferred;
  std::copy_if(trials.begin(), trials.end(), std::back_inserter(preferred), [&](const TrialPtr& trial) {
    return better.count(trial->number) != 0 && worse.count(trial->number) == 0;
  });
  return preferred;
}

}  // namespace ssem::api::http
