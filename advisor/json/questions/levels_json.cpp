#include "advisor/json/questions/levels_json.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/answer_parts.h"
#include "advisor/json/field_names.h"
#include "advisor/json/field_reader.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/text_writer.h"
#include "advisor/recommend/chosen_point.h"

namespace ssem::advisor::json {
namespace {

using Body = nlohmann::ordered_json;

constexpr const char* kClasses = "classes";
constexpr const char* kLossWeight = "loss_weight";
constexpr const char* kTemperatureOfLevels = "temperature";
// Only to satisfy the reader of a whole evaluation, where advice has none.
constexpr double kAnyLossWeight = 1;

// One array entry: {"classes": 100, "weight": 1}, or "target" in the place of "weight".
std::optional<LabelLevel> read_level(const Body& entry, std::string_view path, LevelKind kind, FaultList& faults) {
  FieldReader in(entry, faults, std::string(path));
  if (!in.is_object()) return std::nullopt;
  const std::string_view value_name = name(kind);
  in.reject_unknown(std::array{std::string_view(kClasses), value_name});
  for (const std::string_view required : {std::string_view(kClasses), value_name}) {
    if (!in.has(required)) in.fault(required, "is required");
  }
  const auto classes = in.integer_in(kClasses, 1, kMaxClasses);
  const auto value = in.number(value_name);
  if (!classes || !value) return std::nullopt;
  return LabelLevel{*classes, *value};
}

std::optional<LabelLevels> read_level_list(const Body& list, FieldReader& in, FaultList& faults) {
  LabelLevels levels;
  if (list.size() > kMostLabelLevels) {
    in.fault(kLabelLevelsField, "must have two to four levels");
    return std::nullopt;
  }
  const bool targets = !list.empty() && list.front().is_object() && list.front().contains(name(LevelKind::target));
  levels.kind = targets ? LevelKind::target : LevelKind::weight;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = in.pointer(kLabelLevelsField) + "/" + std::to_string(i);
    const auto level = read_level(list[i], path, levels.kind, faults);
    if (!level) return std::nullopt;
    levels.levels.push_back(*level);
  }
  if (const std::string_view rule = broken_rule(levels); !rule.empty()) {
    in.fault(kLabelLevelsField, std::string(rule));
    return std::nullopt;
  }
  return levels;
}

std::optional<LabelLevels> read_levels(FieldReader& in, FaultList& faults) {
  const Body* value = in.find(kLabelLevelsField);
  if (value->is_array()) return read_level_list(*value, in, faults);
  const auto text = in.text(kLabelLevelsField);
  if (!text) return std::nullopt;
  auto levels = label_levels_from(*text);
  if (levels) return std::move(levels).value();
  in.fault(kLabelLevelsField, levels.error().fields.front().message);
  return std::nullopt;
}

void write(TextWriter& out, const LevelState& level, LevelKind kind) {
  out.begin_object();
  out.field(kClasses, level.classes);
  out.field(name(kind), level.value);
  out.field("members_collapsed", level.members_collapsed);
  out.field("members_variance", level.members_variance);
  out.field("within_class_variance", level.within_class_variance);
  out.field("similarity", level.similarity);
  out.field("loss_weight_threshold", level.loss_weight_threshold);
  out.end_object();
}

}  // namespace

bool says_levels(const Body& body) { return body.is_object() && body.contains(kLabelLevelsField); }

Result<LevelsRequest> read_levels_request(const Body& body, TemperatureNeed need) {
  FaultList faults;
  FieldReader in(body, faults);
  LevelsRequest request;
  if (const auto levels = read_levels(in, faults)) request.label_levels = *levels;
  Body settings = body;
  settings.erase(std::string(kLabelLevelsField));
  for (const std::string_view other :
       {std::string_view("library"), kTemperatureScheduleField, std::string_view("target_within_class_variance")}) {
    if (!in.has(other)) continue;
    in.fault(other, "cannot stand beside label_levels");
    settings.erase(std::string(other));
  }
  const bool given_classes = in.has(kClasses) || in.has("preset") || in.has(kClassCountsField);
  if (!given_classes && !request.label_levels.levels.empty()) {
    settings[kClasses] = request.label_levels.levels.front().classes;
  }
  const bool advice = need == TemperatureNeed::optional;
  if (advice && !in.has(kLossWeight)) settings[kLossWeight] = kAnyLossWeight;
  if (advice && !in.has(kTemperatureOfLevels)) settings[kTemperatureOfLevels] = kCustomaryTemperature;
  auto evaluation = read_evaluation_request(settings);
  if (!evaluation) {
    for (const FieldFault& fault : evaluation.error().fields) {
      const bool told = fault.path == "/classes" && !given_classes;  // its levels have a fault already
      if (!told && !faults.has(fault.path)) faults.add(fault.path, fault.message);
    }
  } else if (!request.label_levels.levels.empty()) {
    check_levels_problem(evaluation.value().problem, request.label_levels, faults);
  }
  if (!faults.empty()) return faults.to_error();
  request.problem = evaluation.value().problem;
  request.temperature = evaluation.value().temperature;
  if (in.has(kLossWeight)) request.loss_weight = evaluation.value().loss_weight;
  return request;
}

std::string to_text(const LevelsEvaluation& evaluation) {
  TextWriter out(3000);
  out.begin_object();
  out.key("problem");
  out.raw(to_text(evaluation.asked.problem));
  out.field(kLossWeight, evaluation.asked.loss_weight);
  out.field(kTemperatureOfLevels, evaluation.asked.temperature);
  out.key(kLabelLevelsField);
  out.begin_array();
  for (const LevelState& level : evaluation.levels) write(out, level, evaluation.asked.label_levels.kind);
  out.end_array();
  out.field("between_class_variance", evaluation.between_class_variance);
  out.field("between_class_similarity", evaluation.between_class_similarity);
  out.field("view_split", evaluation.view_split);
  out.field("view_split_loss_weight", evaluation.view_split_loss_weight);
  out.field("view_variance", evaluation.view_variance);
  out.field("loss_value", evaluation.loss_value);
  out.field("all_equal_loss_value", evaluation.all_equal_loss_value);
  out.field("safe_loss_weight", evaluation.safe_loss_weight);
  out.field("why", evaluation.why);
  write_list(out, "warnings", evaluation.warnings);
  out.end_object();
  return std::move(out).take();
}

Result<std::string> levels_answer(const Body& body, TemperatureNeed need) {
  const auto request = read_levels_request(body, need);
  if (!request) return request.error();
  return to_text(need == TemperatureNeed::required ? evaluate_levels(request.value()) : advise_levels(request.value()));
}

}  // namespace ssem::advisor::json
