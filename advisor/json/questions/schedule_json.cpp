#include "advisor/json/questions/schedule_json.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/answer_parts.h"
#include "advisor/json/field_names.h"
#include "advisor/json/field_reader.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/text_writer.h"
#include "advisor/recommend/schedule/schedule_lines.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kScheduledTemperature = "temperature";

void write(TextWriter& out, const ScheduledTemperature& at) {
  out.field("step", at.step);
  out.field("temperature", at.temperature);
}

void write(TextWriter& out, const TemperatureSchedule& schedule) {
  out.begin_object();
  out.field("kind", name(schedule.kind));
  out.field("from", schedule.ends.front().temperature);
  out.field("to", schedule.ends.back().temperature);
  if (schedule.kind != ScheduleKind::learned) out.field("steps", schedule.steps());
  if (schedule.kind == ScheduleKind::cosine) out.field("period", schedule.period);
  out.end_object();
}

void write(TextWriter& out, const SchedulePoint& point) {
  out.begin_object();
  write(out, point.at);
  out.field("collapsed", point.collapsed);
  out.field("loss_weight_threshold", point.loss_weight_threshold);
  out.field("within_class_variance", point.within_class_variance);
  out.field("loss_value", point.loss_value);
  out.end_object();
}

void write(TextWriter& out, const ScheduleCrossing& crossing) {
  out.begin_object();
  write(out, crossing.at);
  out.field("into_collapse", crossing.into_collapse);
  out.end_object();
}

void write(TextWriter& out, const TypedSchedule& lines) {
  out.begin_object();
  out.field("library", lines.library);
  out.field("code", lines.code);
  out.end_object();
}

}  // namespace

bool says_schedule(const Json& body) { return body.is_object() && body.contains(kTemperatureScheduleField); }

Result<ScheduleRequest> read_schedule_request(const Json& body) {
  FaultList faults;
  FieldReader in(body, faults);
  ScheduleRequest request;
  double first = kHighestTemperature;  // any that is one, where the schedule has none
  if (const auto text = in.text(kTemperatureScheduleField)) {
    auto schedule = schedule_from(*text);
    if (schedule) {
      request.schedule = std::move(schedule).value();
      first = request.schedule.ends.front().temperature;
    } else {
      in.fault(kTemperatureScheduleField, schedule.error().fields.front().message);
    }
  }
  if (in.has(kScheduledTemperature)) in.fault(kScheduledTemperature, "excludes temperature_schedule: one of the two");
  Json settings = body;
  settings.erase(std::string(kTemperatureScheduleField));
  settings[kScheduledTemperature] = first;
  if (in.has("library")) {
    in.fault(kTemperatureScheduleField, "excludes library: say convention and loss_weight in its place");
    settings.erase(kScheduledTemperature);
  }
  auto evaluation = read_evaluation_request(settings);
  if (!evaluation) {
    for (const FieldFault& fault : evaluation.error().fields) {
      if (!faults.has(fault.path)) faults.add(fault.path, fault.message);
    }
  }
  if (!faults.empty()) return faults.to_error();
  request.problem = evaluation.value().problem;
  request.loss_weight = evaluation.value().loss_weight;
  return request;
}

std::string to_text(const ScheduleEvaluation& evaluation) {
  TextWriter out(6000);
  out.begin_object();
  out.key("problem");
  out.raw(to_text(evaluation.asked.problem));
  out.field("loss_weight", evaluation.asked.loss_weight);
  out.key("temperature_schedule");
  write(out, evaluation.asked.schedule);
  out.field("collapsed_share", evaluation.collapsed_share);
  out.field("collapsed_at_end", evaluation.points.back().collapsed);
  out.key("crossings");
  out.begin_array();
  for (const ScheduleCrossing& crossing : evaluation.crossings) write(out, crossing);
  out.end_array();
  out.field("safe_loss_weight", evaluation.safe_loss_weight);
  out.field("highest_threshold", evaluation.highest_threshold);
  out.field("highest_threshold_temperature", evaluation.highest_threshold_temperature);
  out.key("points");
  out.begin_array();
  for (const SchedulePoint& point : evaluation.points) write(out, point);
  out.end_array();
  out.field("why", evaluation.why);
  out.key("what_to_type");
  out.begin_array();
  for (const TypedSchedule& lines : schedule_lines(evaluation.asked.schedule)) write(out, lines);
  out.end_array();
  write_list(out, "warnings", evaluation.warnings);
  out.end_object();
  return std::move(out).take();
}

Result<std::string> schedule_answer(const Json& body) {
  const auto request = read_schedule_request(body);
  if (!request) return request.error();
  return to_text(evaluate_schedule(request.value()));
}

}  // namespace ssem::advisor::json
