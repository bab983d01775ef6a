#include "api/http/studies/storage_text.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace ssem::api::http {
namespace {

using advisor::json::TextWriter;

void write_attribute_list(TextWriter& writer, std::string_view name, const studies::Attributes& attributes) {
  writer.key(name);
  writer.begin_array();
  for (const studies::Attribute& attribute : attributes) {
    writer.begin_object();
    writer.field("key", attribute.key);
    writer.field("value_json", attribute.value_json);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

void write_directions(TextWriter& writer, const studies::Study& study) {
  writer.key("directions");
  writer.begin_array();
  for (const studies::Direction direction : study.directions) writer.value(studies::name_of(direction));
  writer.end_array();
}

void write_intermediate_values(TextWriter& writer, const studies::Trial& trial) {
  writer.key("intermediate_values");
  writer.begin_array();
  for (const studies::IntermediateValue& each : trial.intermediate_values) {
    writer.begin_object();
    writer.field("step", each.step);
    writer.field("value", each.value);
    writer.end_object();
  }
  writer.end_array();
}

void write_study(TextWriter& writer, const studies::Study& study) {
  writer.begin_object();
  writer.field("study_id", study.study_id);
  writer.field("study_name", study.name);
  write_directions(writer, study);
  write_attribute_list(writer, "user_attrs", study.user_attributes);
  write_attribute_list(writer, "system_attrs", study.system_attributes);
  writer.end_object();
}

void write_trial(TextWriter& writer, const studies::Trial& trial) {
  writer.begin_object();
  writer.field("trial_id", trial.trial_id);
  writer.field("number", trial.number);
  writer.field("state", studies::name_of(trial.state));
  writer.field("values", trial.values);
  writer.field("datetime_start", studies::to_iso(trial.start));
  writer.field("datetime_complete", studies::to_iso(trial.complete));
  writer.key("params");
  writer.begin_array();
  for (const studies::Param& param : trial.params) {
    writer.begin_object();
    writer.field("name", param.name);
    writer.field("param_internal_value", param.internal_value);
    writer.field("distribution_json", param.distribution_json);
    writer.end_object();
  }
  writer.end_array();
  write_attribute_list(writer, "user_attrs", trial.user_attributes);
  write_attribute_list(writer, "system_attrs", trial.system_attributes);
  write_intermediate_values(writer, trial);
  writer.end_object();
}

std::string to_text(const studies::Study& study) {
  TextWriter writer(512);
  write_study(writer, study);
  return std::move(writer).take();
}

std::string to_text(const studies::Trial& trial) {
  TextWriter writer(1024);
  write_trial(writer, trial);
  return std::move(writer).take();
}

std::string to_text(const std::vector<studies::StudyPtr>& studies) {
  TextWriter writer(512);
  writer.begin_object();
  writer.key("studies");
  writer.begin_array();
  for (const studies::StudyPtr& study : studies) write_study(writer, *study);
  writer.end_array();
  writer.end_object();
  return std::move(writer).take();
}

std::string to_text(const std::vector<studies::TrialPtr>& trials) {
  TextWriter writer(64 + trials.size() * 1024);
  writer.begin_object();
  writer.key("trials");
  writer.begin_array();
  for (const studies::TrialPtr& trial : trials) write_trial(writer, *trial);
  writer.end_array();
  writer.end_object();
  return std::move(writer).take();
}

}  // namespace ssem::api::http
