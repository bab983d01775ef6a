#include "trainer/spec/section_reader.h"

#include <nlohmann/json.hpp>

#include "advisor/json/quote_for_message.h"
#include "advisor/numeric/number_text.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::pointer_step;
using advisor::json::quote_value_for_message;

bool lies_in(double value, const NumberRange& range) {
  const bool above = range.lowest_open ? value > range.lowest : value >= range.lowest;
  const bool below = range.highest_open ? value < range.highest : value <= range.highest;
  return above && below;
}

std::string rule_of(const NumberRange& range) {
  return std::string("must be ") + (range.lowest_open ? "above " : "from ") + advisor::number_text(range.lowest) +
         (range.highest_open ? " and below " : (range.lowest_open ? " and at most " : " to ")) +
         advisor::number_text(range.highest);
}

}  // namespace

SectionReader::SectionReader(const Json& body, std::string prefix, FaultList& faults)
    : body_(body), prefix_(std::move(prefix)), all_faults_(faults), in_(body, faults_) {}

void SectionReader::integer(std::string_view name, std::int64_t& target, std::int64_t lowest, std::int64_t highest) {
  know(name);
  target = in_.integer_in(name, lowest, highest).value_or(target);
}

void SectionReader::number(std::string_view name, double& target, const NumberRange& range) {
  know(name);
  const auto value = in_.number(name);
  if (!value) return;
  if (lies_in(*value, range)) {
    target = *value;
  } else {
    fault(name, rule_of(range) + ", got " + quote_value_for_message(body_.at(std::string(name))));
  }
}

void SectionReader::choice(std::string_view name, std::string& target, std::span<const std::string_view> names) {
  know(name);
  if (const auto value = in_.choice(name, names)) target = *value;
}

void SectionReader::text(std::string_view name, std::string& target) {
  know(name);
  if (!has(name)) return;
  const Json& value = body_.at(std::string(name));
  if (!value.is_string()) {
    fault(name, "must be text, got " + quote_value_for_message(value));
    return;
  }
  const auto& given = value.get_ref<const std::string&>();
  if (given.empty() || given.find('\0') != std::string::npos) {
    fault(name, "must be text with at least one character and no zero byte, got " + quote_value_for_message(value));
    return;
  }
  target = given;
}

void SectionReader::flag(std::string_view name, bool& target) {
  know(name);
  if (!has(name)) return;
  const Json& value = body_.at(std::string(name));
  if (value.is_boolean()) {
    target = value.get<bool>();
  } else {
    fault(name, "must be true or false, got " + quote_value_for_message(value));
  }
}

void SectionReader::integers(std::string_view name, std::vector<std::int64_t>& target, std::int64_t lowest,
                             std::int64_t highest, std::size_t most) {
  know(name);
  auto items = in_.integers(name, lowest, highest);
  if (!items) return;
  if (items->empty() || items->size() > most) {
    fault(name, "must have 1 to " + std::to_string(most) + " items, got " + std::to_string(items->size()));
    return;
  }
  for (std::size_t index = 0; index < items->size(); ++index) {
    const std::int64_t item = (*items)[index];
    if (item >= lowest && item <= highest) continue;
    faults_.add(pointer_step(name) + '/' + std::to_string(index), "must be an integer from " + std::to_string(lowest) +
                                                                      " to " + std::to_string(highest) + ", got " +
                                                                      std::to_string(item));
    return;
  }
  target = *std::move(items);
}

void SectionReader::fault(std::string_view name, const std::string& message) {
  if (!faults_.has(pointer_step(name))) faults_.add(pointer_step(name), message);
}

void SectionReader::forbid(std::string_view name, const std::string& reason) {
  if (has(name)) fault(name, reason);
}

void SectionReader::finish() {
  in_.reject_unknown(known_);
  add_faults(faults_, prefix_, all_faults_);
}

void add_faults(const FaultList& part, const std::string& prefix, FaultList& faults) {
  faults.add_all(prefix, part.faults());
}

}  // namespace ssem::trainer
