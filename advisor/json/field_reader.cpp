#include "advisor/json/field_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "advisor/json/closest_name.h"
#include "advisor/json/quote_for_message.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMaxReportedUnknown = 20;
constexpr double kTwoTo63 = 9223372036854775808.0;

enum class IntegerFault { none, type, range };

// As JSON Schema has it, 512.0 is the integer 512. Tells 1.5 (the wrong type) from 99999999999999999999 (an integer
// that 64 bits do not hold).
IntegerFault read_integer(const Json& value, std::int64_t& result) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return IntegerFault::range;
    result = static_cast<std::int64_t>(number);
    return IntegerFault::none;
  }
  if (value.is_number_integer()) {
    result = value.get<std::int64_t>();
    return IntegerFault::none;
  }
  if (!value.is_number_float()) return IntegerFault::type;
  const auto number = value.get<double>();
  if (std::abs(number) >= kTwoTo63) return IntegerFault::range;
  if (number != std::floor(number)) return IntegerFault::type;
  result = static_cast<std::int64_t>(number);
  return IntegerFault::none;
}

std::string range_rule(std::int64_t lowest, std::int64_t highest) {
  return "must be an integer from " + std::to_string(lowest) + " to " + std::to_string(highest);
}

std::string list_of(std::span<const std::string_view> names) {
  std::string text;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (index > 0) text += index + 1 == names.size() ? " or " : ", ";
    text += names[index];
  }
  return text;
}

constexpr const char* kAnyNumberRule = R"(must be a number, "inf", "-inf" or "nan")";

std::optional<double> number_or_name(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

}  // namespace

FieldReader::FieldReader(const Json& body, FaultList& faults, std::string path)
    : faults_(faults), path_(std::move(path)) {
  if (body.is_object()) {
    object_ = &body;
  } else {
    faults_.add(path_, "must be a JSON object, got " + quote_value_for_message(body));
  }
}

std::optional<std::int64_t> FieldReader::integer(std::string_view name, std::int64_t lowest, std::int64_t highest) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::int64_t result = 0;
  switch (read_integer(*value, result)) {
    case IntegerFault::none:
      return result;
    case IntegerFault::type:
      fault(name, "must be an integer", *value);
      break;
    case IntegerFault::range:
      fault(name, range_rule(lowest, highest), *value);
      break;
  }
  return std::nullopt;
}

std::optional<std::int64_t> FieldReader::integer_in(std::string_view name, std::int64_t lowest, std::int64_t highest) {
  const auto result = integer(name, lowest, highest);
  if (!result || (*result >= lowest && *result <= highest)) return result;
  fault(name, range_rule(lowest, highest), *find(name));
  return std::nullopt;
}

std::optional<std::int64_t> FieldReader::integer_of_64_bits(std::string_view name) {
  using Limits = std::numeric_limits<std::int64_t>;
  return integer(name, Limits::min(), Limits::max());
}

std::optional<double> FieldReader::number(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) {
    const double result = value->get<double>();
    if (std::isfinite(result)) return result;
  }
  fault(name, value->is_number() ? "must be a finite number" : "must be a number", *value);
  return std::nullopt;
}

std::optional<std::string_view> FieldReader::choice(std::string_view name, std::span<const std::string_view> names) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    fault(name, "must be " + list_of(names), *value);
    return std::nullopt;
  }
  const std::string_view text = value->get_ref<const std::string&>();
  const auto match = std::find(names.begin(), names.end(), text);
  if (match != names.end()) return *match;
  const std::string_view suggestion = closest_name(text, names);
  faults_.add(pointer(name), "must be " + list_of(names) + ", got " + quote_value_for_message(*value) +
                                 (suggestion.empty() ? "" : "; did you mean " + std::string(suggestion) + "?"));
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> FieldReader::integers(std::string_view name, std::int64_t lowest,
                                                               std::int64_t highest) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) {
    fault(name, "must be an array of integers", *value);
    return std::nullopt;
  }
  std::vector<std::int64_t> items;
  items.reserve(value->size());
  for (const Json& item : *value) {
    std::int64_t number = 0;
    const IntegerFault found = read_integer(item, number);
    if (found != IntegerFault::none) {
      const std::string rule = found == IntegerFault::type
                                   ? "integers"
                                   : "integers from " + std::to_string(lowest) + " to " + std::to_string(highest);
      faults_.add(pointer(name), "must be an array of " + rule + ", got " + quote_value_for_message(item) +
                                     " at index " + std::to_string(items.size()));
      return std::nullopt;
    }
    items.push_back(number);
  }
  return items;
}

std::optional<double> FieldReader::any_number(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const std::optional<double> number = number_or_name(*value);
  if (!number) fault(name, kAnyNumberRule, *value);
  return number;
}

std::optional<std::vector<double>> FieldReader::any_numbers(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) {
    fault(name, "must be a list of numbers", *value);
    return std::nullopt;
  }
  std::vector<double> numbers;
  bool right = true;
  for (std::size_t index = 0; index < value->size(); ++index) {
    const Json& item = (*value)[index];
    const std::optional<double> number = number_or_name(item);
    if (!number) {
      faults_.add(pointer(name) + "/" + std::to_string(index),
                  std::string(kAnyNumberRule) + ", got " + quote_value_for_message(item));
    }
    right = right && number;
    numbers.push_back(number.value_or(0.0));
  }
  return right ? std::optional(std::move(numbers)) : std::nullopt;
}

std::optional<std::string> FieldReader::text(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  fault(name, "must be text", *value);
  return std::nullopt;
}

std::optional<std::vector<std::string>> FieldReader::texts(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto is_text = [](const Json& item) { return item.is_string(); };
  if (value->is_array() && std::all_of(value->begin(), value->end(), is_text)) {
    return value->get<std::vector<std::string>>();
  }
  fault(name, "must be a list of texts", *value);
  return std::nullopt;
}

std::optional<bool> FieldReader::flag(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  fault(name, "must be true or false", *value);
  return std::nullopt;
}

void FieldReader::reject_unknown(std::span<const std::string_view> known) {
  if (object_ == nullptr) return;
  std::size_t unknown = 0;
  for (const auto& [name, value] : object_->get_ref<const Json::object_t&>()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (++unknown > kMaxReportedUnknown) continue;
    fault(name, unknown_field_rule(name, known));
  }
  if (unknown > kMaxReportedUnknown) {
    faults_.add(path_, "has " + std::to_string(unknown - kMaxReportedUnknown) + " more unknown fields");
  }
}

const Json* FieldReader::find(std::string_view name) const {
  if (object_ == nullptr) return nullptr;
  for (const auto& member : object_->get_ref<const Json::object_t&>()) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

std::string FieldReader::pointer(std::string_view name) const { return path_ + pointer_step(name); }

void FieldReader::fault(std::string_view name, const std::string& rule) {
  const std::string path = pointer(name);
  if (!faults_.has(path)) faults_.add(path, rule);
}

void FieldReader::fault(std::string_view name, const std::string& rule, const Json& value) {
  faults_.add(pointer(name), rule + ", got " + quote_value_for_message(value));
}

}  // namespace ssem::advisor::json
