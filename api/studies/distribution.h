// Where a parameter's values come from: Optuna's three distributions, their JSON and their rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "advisor/result.h"
#include "api/studies/python_json.h"

namespace ssem::api::studies {

struct FloatDistribution {
  double low = 0.0;
  double high = 1.0;
  std::optional<double> step;
  bool log = false;
};

struct IntDistribution {
  std::int64_t low = 0;
  std::int64_t high = 1;
  std::int64_t step = 1;
  bool log = false;
};

struct CategoricalDistribution {
  std::vector<PythonValue> choices;
};

using Distribution = std::variant<FloatDistribution, IntDistribution, CategoricalDistribution>;

// {"name":"FloatDistribution","attributes":{...}}, the five names of Optuna before 3.0, or the short form
// {"type":"float","low":0,"high":1}. `unprocessable`, naming the rule, for what Optuna's constructors refuse.
Result<Distribution> parse_distribution(std::string_view text);
Result<Distribution> distribution_from(const PythonValue& value);

// In the form that Optuna writes: {"name": ..., "attributes": {...}}.
std::string to_text(const Distribution& distribution);

// Whether only one value is possible.
bool is_single(const Distribution& distribution);
bool is_log(const Distribution& distribution);

// Between what a user writes and the number that stands for it: a float itself, an integer as a double, a choice's
// index. `unprocessable` for what is of another kind, or no choice; ranges are not checked.
PythonValue external_value(const Distribution& distribution, double internal_value);
Result<double> internal_value(const Distribution& distribution, const PythonValue& external_value);

// Why one study cannot have both for one parameter name; nothing when it can: the same kind, the same log, and of a
// categorical one the same choices in the same order.
std::optional<std::string> incompatibility(const Distribution& earlier, const Distribution& later);

}  // namespace ssem::api::studies
