// What the cases of the storage contract say in the same words.
#pragma once

#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/studies/study_table.h"

namespace ssem::api::storage {

// The code of what a storage answered, empty where it did as it was told.
inline std::string code_of(const std::optional<Error>& error) {
  if (!error) return "";
  switch (error->code) {
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unprocessable:
      return "unprocessable";
    default:
      return error->message;
  }
}
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "" : code_of(std::optional<Error>(result.error()));
}

inline constexpr const char* kOtherChoices = R"({"name": "CategoricalDistribution", "attributes": {"choices": ["a"]}})";

inline auto set_param(std::int64_t trial, const char* name, double value, const char* json) {
  return [=](studies::StudyTable& table) { return table.set_trial_param(trial, {name, value, json}); };
}

}  // namespace ssem::api::storage
