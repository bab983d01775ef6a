#include "advisor/json/explanation_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/field_reader.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/requests.h"
#include "advisor/json/text_writer.h"
#include "advisor/known_library.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;

// Any admissible value, where a setting is unknown and only tried.
constexpr std::int64_t kSomeClasses = 10;
constexpr std::int64_t kSomeBatch = 256;
constexpr double kSomeTemperature = 0.1;

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

std::optional<double> number_of(const Json& item) {
  if (item.is_number()) return item.get<double>();
  if (!item.is_string()) return std::nullopt;
  const auto& text = item.get_ref<const std::string&>();
  if (text == "nan") return kNoNumber;
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

std::vector<LoggedPoint> read_points(const Json& list, FaultList& faults) {
  const std::string path = pointer_step(kCurveField);
  if (!list.is_array() || list.empty() || list.size() > kMaxCurvePoints) {
    faults.add(path, "must be an array of 1 to " + std::to_string(kMaxCurvePoints) + " pairs [step, value], got " +
                         quote_value_for_message(list));
    return {};
  }
  std::vector<LoggedPoint> curve;
  curve.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& pair = list[i];
    const bool is_pair = pair.is_array() && pair.size() == 2;
    const double step = is_pair ? number_of(pair[0]).value_or(kNoNumber) : kNoNumber;
    const auto value = is_pair ? number_of(pair[1]) : std::nullopt;
    const std::string here = path + "/" + std::to_string(i);
    if (!value || !std::isfinite(step)) {
      faults.add(here, R"(must be a pair [step, value] of numbers (a value may be "nan", "inf" or "-inf"), got )" +
                           quote_value_for_message(pair));
      return {};
    }
    if (!curve.empty() && !(step > curve.back().step)) {
      faults.add(here, "must have a step above the one before it, got " + quote_value_for_message(pair[0]));
      return {};
    }
    curve.push_back({step, *value});
  }
  return curve;
}

// The library whose temperature is not said; what is no library's name is left to the request's reader.
std::optional<KnownLibrary> without_temperature(const Json& library, const Json& body) {
  const Json* name = library.is_object() && library.contains("name") ? &library["name"] : &library;
  if (!name->is_string() || body.contains("library_temperature")) return std::nullopt;
  if (library.is_object() && library.contains("temperature")) return std::nullopt;
  return library_from(name->get_ref<const std::string&>());
}

Unknown fill_unknown(Json& settings) {
  const auto has = [&](const char* name) { return settings.contains(name); };
  Unknown unknown;
  const bool preset = has("preset");
  unknown.classes = !preset && !has("classes") && !has("class_counts") && !has("instances_per_class");
  unknown.batch = !preset && !has("batch_size") && !has("instances_per_class") && !has("class_counts") && !has("gpus");
  unknown.convention = !has("convention") && !has("loss_weight") && !has("library");
  if (unknown.classes) {
    const Json& chosen = has("classes_per_batch") ? settings["classes_per_batch"] : Json();
    const bool more = chosen.is_number_integer() && chosen.get<std::int64_t>() > kSomeClasses;
    settings["classes"] = more ? chosen : Json(kSomeClasses);
  }
  if (unknown.batch) settings["batch_size"] = kSomeBatch;
  if (unknown.convention) settings["convention"] = name(Convention::supcon);
  if (has("library")) {
    const auto library = without_temperature(settings["library"], settings);
    unknown.temperature = library.has_value();
    unknown.usual_temperature = library && loss_of(*library).temperature;
    const bool some = unknown.temperature && !unknown.usual_temperature;
    if (some && settings["library"].is_object()) settings["library"]["temperature"] = kSomeTemperature;
    if (some && !settings["library"].is_object()) settings["library_temperature"] = kSomeTemperature;
  } else if (!has("temperature")) {
    unknown.temperature = true;
    settings["temperature"] = kSomeTemperature;
  }
  return unknown;
}

// As a request would say it.
void write(TextWriter& out, const OtherSetting& other) {
  double value = 0;
  const char* end = other.value.data() + other.value.size();
  const auto read = std::from_chars(other.value.data(), end, value);
  if (read.ec == std::errc{} && read.ptr == end) {
    out.field(other.field, value);
  } else if (other.value == "null") {
    out.field(other.field, std::optional<double>());
  } else {
    out.field(other.field, other.value);
  }
}

void write(TextWriter& out, const StateRow& row) {
  out.begin_object();
  out.field("state", name(row.state));
  out.field("expected", row.expected);
  out.field("difference", row.difference);
  out.field("tolerance", row.tolerance);
  out.field("likelihood", row.likelihood);
  out.key("settings");
  out.begin_object();
  for (const OtherSetting& other : row.others) write(out, other);
  out.end_object();
  out.end_object();
}

void write(TextWriter& out, std::string_view key, const LoggedPoint& point, State state) {
  out.key(key);
  out.begin_object();
  out.field("step", point.step);
  out.field("value", point.value);
  out.field("state", name(state));
  out.end_object();
}

void write(TextWriter& out, const CurveReading& curve) {
  out.begin_object();
  out.field("points", static_cast<std::int64_t>(curve.course.points));
  write(out, "start", curve.course.start, curve.start);
  write(out, "end", curve.course.end, curve.end);
  out.field("noise", curve.course.noise);
  out.field("stands_still", curve.course.stands_still);
  out.field("still_since", curve.course.still_since);
  out.field("grows", curve.course.grows);
  out.field("not_finite_since", curve.course.not_finite_since);
  out.key("crossed");
  out.begin_array();
  for (const Crossing& crossing : curve.crossed) {
    out.begin_object();
    out.field("state", name(crossing.level));
    out.field("value", crossing.value);
    out.field("step", crossing.step);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

}  // namespace

Result<ExplanationRequest> read_explanation_request(const Json& body) {
  FaultList faults;
  FieldReader in(body, faults);
  if (!body.is_object()) return faults.to_error();
  ExplanationRequest request;
  request.loss_value = in.any_number(kLossValueField);
  const bool has_value = in.has(kLossValueField);
  const Json* curve = in.find(kCurveField);
  if (curve != nullptr) request.curve = read_points(*curve, faults);
  if (has_value && curve != nullptr) {
    in.fault(kCurveField, "excludes loss_value: one value or a curve");
  } else if (!has_value && curve == nullptr) {
    faults.add(pointer_step(kLossValueField), "is required: the loss that is logged, or a curve of [step, value]");
  }
  Json settings = Json::object();
  for (const auto& [name, value] : body.items()) {
    if (std::find(kExplanationFields.begin(), kExplanationFields.end(), name) == kExplanationFields.end()) {
      settings[name] = value;
    }
  }
  request.unknown = fill_unknown(settings);
  auto evaluation = read_evaluation_request(settings);
  if (!evaluation) {
    for (const FieldFault& fault : evaluation.error().fields) faults.add(fault.path, fault.message);
    return faults.to_error();
  }
  if (!faults.empty()) return faults.to_error();
  request.settings = std::move(evaluation).value();
  return request;
}

std::string to_text(const Explanation& explanation) {
  TextWriter out(4096);
  out.begin_object();
  out.field("most_likely", name(explanation.most_likely));
  out.field("loss_value", explanation.loss_value);
  out.key("states");
  out.begin_array();
  for (const StateRow& row : explanation.states) write(out, row);
  out.end_array();
  out.field("why", explanation.why);
  out.field("next", explanation.next);
  if (explanation.curve) {
    out.key("curve");
    write(out, *explanation.curve);
  }
  out.key("assumed");
  out.begin_array();
  for (const Assumption& assumption : explanation.assumed) {
    out.begin_object();
    out.field("field", assumption.field);
    out.key("value");
    std::visit([&](const auto& value) { out.value(value); }, assumption.value);
    out.field("why", assumption.why);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return std::move(out).take();
}

}  // namespace ssem::advisor::json
