// Distributions as text, and the values they stand for.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/text_writer.h"
#include "api/studies/distribution.h"

namespace ssem::api::studies {
namespace {

using Kind = PythonValue::Kind;

// Digits that read back exactly; Python's names for what is not finite.
std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  advisor::json::TextWriter writer(24);
  writer.value(number);
  std::string text = std::move(writer).take();
  // A float that looks like an integer would come back as one.
  if (text.find_first_of(".eE") == std::string::npos) text += ".0";
  return text;
}

std::string object_text(std::string_view name, const std::string& attributes) {
  return "{\"name\": \"" + std::string(name) + "\", \"attributes\": {" + attributes + "}}";
}

// The double nearest to 2^63 - 1 is 2^63.
std::int64_t integer_of(double value) {
  if (value >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
  if (value < -0x1p63) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::string_view truth(bool value) { return value ? "true" : "false"; }

}  // namespace

std::string to_text(const Distribution& distribution) {
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) {
    return object_text("FloatDistribution", "\"step\": " + (real->step ? number_text(*real->step) : "null") +
                                                ", \"low\": " + number_text(real->low) +
                                                ", \"high\": " + number_text(real->high) +
                                                ", \"log\": " + std::string(truth(real->log)));
  }
  if (const auto* integer = std::get_if<IntDistribution>(&distribution)) {
    return object_text("IntDistribution", "\"log\": " + std::string(truth(integer->log)) +
                                              ", \"step\": " + std::to_string(integer->step) +
                                              ", \"low\": " + std::to_string(integer->low) +
                                              ", \"high\": " + std::to_string(integer->high));
  }
  PythonValue choices;
  choices.kind = Kind::list;
  choices.items = std::get<CategoricalDistribution>(distribution).choices;
  return object_text("CategoricalDistribution", "\"choices\": " + to_text(choices));
}

bool is_single(const Distribution& distribution) {
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) {
    return real->low == real->high || (real->step && real->high - real->low < *real->step);
  }
  if (const auto* integer = std::get_if<IntDistribution>(&distribution)) {
    const std::uint64_t width = static_cast<std::uint64_t>(integer->high) - static_cast<std::uint64_t>(integer->low);
    return width < static_cast<std::uint64_t>(integer->step) && !(integer->log && width > 0);
  }
  return std::get<CategoricalDistribution>(distribution).choices.size() == 1;
}

PythonValue external_value(const Distribution& distribution, double internal_value) {
  PythonValue value;
  if (const auto* categorical = std::get_if<CategoricalDistribution>(&distribution)) {
    const auto last = static_cast<double>(categorical->choices.size() - 1);
    return categorical->choices[static_cast<std::size_t>(std::clamp(internal_value, 0.0, last))];
  }
  value.number = internal_value;
  if (std::holds_alternative<IntDistribution>(distribution) && std::isfinite(internal_value)) {
    value.kind = Kind::integer;
    value.text = std::to_string(integer_of(internal_value));
  } else {
    value.kind = Kind::real;
    value.text = number_text(internal_value);
  }
  return value;
}

Result<double> internal_value(const Distribution& distribution, const PythonValue& external_value) {
  const auto broken = [&](const std::string& rule) {
    return Error{
        ErrorCode::unprocessable, rule + ", got " + advisor::json::quote_for_message(to_text(external_value)), {}};
  };
  if (const auto* categorical = std::get_if<CategoricalDistribution>(&distribution)) {
    const auto& choices = categorical->choices;
    const auto found = std::find(choices.begin(), choices.end(), external_value);
    if (found == choices.end()) return broken("must be one of the choices");
    return static_cast<double>(found - choices.begin());
  }
  if (!external_value.is_number() || std::isnan(external_value.number)) return broken("must be a number");
  if (std::holds_alternative<IntDistribution>(distribution) && !whole_number(external_value)) {
    return broken("must be an integer from -2^63 to 2^63 - 1");
  }
  return external_value.number;
}

}  // namespace ssem::api::studies
