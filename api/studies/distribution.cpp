#include "api/studies/distribution.h"

#include <array>
#include <cmath>
#include <system_error>

namespace ssem::api::studies {
namespace {

using Kind = PythonValue::Kind;

enum class Shape { real, integer, categorical };

// A name that JSON may carry and what it fixes.
struct Spelling {
  std::string_view name;
  Shape shape;
  std::optional<bool> log;
  std::string_view step_name;
};
constexpr std::array<Spelling, 8> kNames = {{
    {"FloatDistribution", Shape::real, std::nullopt, "step"},
    {"IntDistribution", Shape::integer, std::nullopt, "step"},
    {"CategoricalDistribution", Shape::categorical, std::nullopt, ""},
    {"UniformDistribution", Shape::real, false, ""},
    {"LogUniformDistribution", Shape::real, true, ""},
    {"DiscreteUniformDistribution", Shape::real, false, "q"},
    {"IntUniformDistribution", Shape::integer, false, "step"},
    {"IntLogUniformDistribution", Shape::integer, true, "step"},
}};
constexpr std::array<Spelling, 3> kTypes = {{
    {"float", Shape::real, std::nullopt, "step"},
    {"int", Shape::integer, std::nullopt, "step"},
    {"categorical", Shape::categorical, std::nullopt, ""},
}};

Error broken(const std::string& rule) { return {ErrorCode::unprocessable, "distribution: " + rule, {}}; }

// Reads the attributes of one distribution; the first fault is kept.
class AttributeReader {
 public:
  AttributeReader(const PythonValue& values, const Spelling& spelling) : values_(values), spelling_(spelling) {}

  double real(std::string_view name) {
    const PythonValue* value = values_.find(name);
    if (value == nullptr || !value->is_number() || !std::isfinite(value->number)) {
      fail(std::string(name) + " must be a finite number");
      return 0.0;
    }
    return value->number;
  }

  // To the last digit where it is written as an integer.
  std::int64_t integer(std::string_view name) {
    const PythonValue* value = values_.find(name);
    if (value != nullptr && value->kind == Kind::integer) {
      const std::optional<std::int64_t> whole = whole_number(*value);
      if (!whole) fail(std::string(name) + " must be from -2^63 to 2^63 - 1");
      return whole.value_or(0);
    }
    const double number = real(name);
    if (number != std::floor(number) || std::abs(number) >= 0x1p63) {
      fail(std::string(name) + " must be an integer from -2^63 to 2^63 - 1");
      return 0;
    }
    return static_cast<std::int64_t>(number);
  }

  bool has(std::string_view name) const {
    const PythonValue* value = values_.find(name);
    return value != nullptr && value->kind != Kind::null;
  }

  bool log() {
    if (spelling_.log) return *spelling_.log;
    const PythonValue* value = values_.find("log");
    if (value == nullptr) return false;
    if (value->kind != Kind::boolean) fail("log must be true or false");
    return value->number != 0.0;
  }

  void require(bool holds, const char* rule) {
    if (!holds) fail(rule);
  }

  const std::optional<Error>& fault() const { return fault_; }

 private:
  void fail(const std::string& rule) {
    if (!fault_) fault_ = broken(rule);
  }

  const PythonValue& values_;
  const Spelling& spelling_;
  std::optional<Error> fault_;
};

Result<Distribution> real_from(const PythonValue& values, const Spelling& spelling) {
  AttributeReader attributes(values, spelling);
  FloatDistribution result{attributes.real("low"), attributes.real("high"), std::nullopt, attributes.log()};
  if (!spelling.step_name.empty() && attributes.has(spelling.step_name)) {
    result.step = attributes.real(spelling.step_name);
    attributes.require(*result.step > 0, "step must be above 0");
  }
  attributes.require(result.low <= result.high, "low must not be above high");
  attributes.require(!result.log || result.low > 0, "with log, low must be above 0");
  attributes.require(!result.log || !result.step, "log and step cannot be together");
  if (attributes.fault()) return *attributes.fault();
  return Distribution(result);
}

Result<Distribution> integer_from(const PythonValue& values, const Spelling& spelling) {
  AttributeReader attributes(values, spelling);
  IntDistribution result{attributes.integer("low"), attributes.integer("high"), 1, attributes.log()};
  if (attributes.has(spelling.step_name)) {
    result.step = attributes.integer(spelling.step_name);
    attributes.require(result.step > 0, "step must be above 0");
  }
  attributes.require(result.low <= result.high, "low must not be above high");
  attributes.require(!result.log || result.low >= 1, "with log, low must be at least 1");
  attributes.require(!result.log || result.step == 1, "with log, step must be 1");
  if (attributes.fault()) return *attributes.fault();
  return Distribution(result);
}

Result<Distribution> categorical_from(const PythonValue& values) {
  const PythonValue* choices = values.find("choices");
  if (choices == nullptr || choices->kind != Kind::list || choices->items.empty()) {
    return broken("choices must be a list of at least one value");
  }
  return Distribution(CategoricalDistribution{choices->items});
}

template <std::size_t N>
const Spelling* spelling_of(const PythonValue* name, const std::array<Spelling, N>& known) {
  if (name == nullptr || name->kind != Kind::text) return nullptr;
  for (const Spelling& spelling : known) {
    if (spelling.name == name->text) return &spelling;
  }
  return nullptr;
}

}  // namespace

bool is_log(const Distribution& distribution) {
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) return real->log;
  if (const auto* integer = std::get_if<IntDistribution>(&distribution)) return integer->log;
  return false;
}

Result<Distribution> distribution_from(const PythonValue& value) {
  if (value.kind != Kind::dictionary) return broken("must be a JSON object");
  const PythonValue* name = value.find("name");
  const PythonValue* attributes = name != nullptr ? value.find("attributes") : &value;
  const Spelling* spelling = name != nullptr ? spelling_of(name, kNames) : spelling_of(value.find("type"), kTypes);
  if (spelling == nullptr) {
    return broken(
        "must have the name FloatDistribution, IntDistribution or CategoricalDistribution, or the type "
        "float, int or categorical");
  }
  if (attributes == nullptr || attributes->kind != Kind::dictionary) return broken("attributes must be an object");
  switch (spelling->shape) {
    case Shape::real:
      return real_from(*attributes, *spelling);
    case Shape::integer:
      return integer_from(*attributes, *spelling);
    case Shape::categorical:
      return categorical_from(*attributes);
  }
  return broken("must be of a known kind");
}

Result<Distribution> parse_distribution(std::string_view text) {
  const Result<PythonValue> value = parse_python_json(text);
  if (!value) return broken(value.error().message);
  return distribution_from(value.value());
}

std::optional<std::string> incompatibility(const Distribution& earlier, const Distribution& later) {
  if (earlier.index() != later.index()) return "an earlier trial's distribution is of another kind";
  if (is_log(earlier) != is_log(later)) return "an earlier trial's distribution has another log";
  const auto* choices = std::get_if<CategoricalDistribution>(&earlier);
  if (choices != nullptr && choices->choices != std::get<CategoricalDistribution>(later).choices) {
    return "an earlier trial's choices are others; a categorical distribution cannot change";
  }
  return std::nullopt;
}

}  // namespace ssem::api::studies
