// What is kept of studies and trials. Both are values: what a reader was given never changes afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/studies/distribution.h"
#include "api/studies/timestamp.h"
#include "api/studies/trial_state.h"

namespace ssem::api::studies {

// The value is JSON as Python writes it, kept to the letter: NaN, Infinity, key order and digits survive.
struct Attribute {
  std::string key;
  std::string value_json;
};
using Attributes = std::vector<Attribute>;  // in the order in which the keys came

enum class AttributeKind { user, system };

struct Param {
  std::string name;
  double internal_value = 0.0;  // an integer as a double, a choice as its index
  std::string distribution_json;
  // What that text means. Null where another program wrote what is not understood, and until a StudyTable has it.
  std::shared_ptr<const Distribution> distribution = nullptr;
};

inline Param param_from(std::string name, double internal_value, const Distribution& distribution) {
  return {std::move(name), internal_value, to_text(distribution), std::make_shared<const Distribution>(distribution)};
}

struct IntermediateValue {
  std::int64_t step = 0;
  double value = 0.0;
};

// What a client may say about a trial it creates; all but study, number and id.
struct TrialContent {
  TrialState state = TrialState::running;
  std::optional<std::vector<double>> values;
  std::optional<Timestamp> start;
  std::optional<Timestamp> complete;
  std::vector<Param> params;  // in the order in which they were set
  Attributes user_attributes;
  Attributes system_attributes;
  std::vector<IntermediateValue> intermediate_values;  // by step
};

struct Trial : TrialContent {
  std::int64_t trial_id = 0;
  std::int64_t study_id = 0;
  std::int64_t number = 0;             // 0, 1, 2 ... within the study
  std::optional<Timestamp> heartbeat;  // the last
};
using TrialPtr = std::shared_ptr<const Trial>;

struct Study {
  std::int64_t study_id = 0;
  std::string name;
  std::vector<Direction> directions;  // one per objective
  Attributes user_attributes;
  Attributes system_attributes;
};
using StudyPtr = std::shared_ptr<const Study>;

inline const std::string* find_attribute(const Attributes& attributes, std::string_view key) {
  for (const Attribute& attribute : attributes) {
    if (attribute.key == key) return &attribute.value_json;
  }
  return nullptr;
}

}  // namespace ssem::api::studies
