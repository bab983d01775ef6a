// Typed reading of one JSON object: exact types, every fault collected, nothing unknown overlooked.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::advisor::json {

// Each reader returns nothing when the field is absent or has the wrong type; the latter adds a fault.
// Keeps references to the object and to the fault list.
class FieldReader {
 public:
  // A body that is no object is one fault; every field then reads as absent. `path` is the object's own place, before
  // every fault's.
  FieldReader(const nlohmann::ordered_json& body, FaultList& faults, std::string path = {});

  // 512 and 512.0 are integers; 1.5, "512" and true are not. Values beyond 64 bits break the range, which the fault
  // names; smaller ones are left to the caller's rules.
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t lowest, std::int64_t highest);

  // As integer(), with the range checked here.
  std::optional<std::int64_t> integer_in(std::string_view name, std::int64_t lowest, std::int64_t highest);

  // As integer(), whatever 64 bits hold.
  std::optional<std::int64_t> integer_of_64_bits(std::string_view name);

  // Finite. true and "0.5" are no numbers, nor are "inf" and "nan".
  std::optional<double> number(std::string_view name);

  // One of `names`; returns its text.
  std::optional<std::string_view> choice(std::string_view name, std::span<const std::string_view> names);

  // An array of integers.
  std::optional<std::vector<std::int64_t>> integers(std::string_view name, std::int64_t lowest, std::int64_t highest);

  // As number(), or one of the texts "inf", "-inf" and "nan".
  std::optional<double> any_number(std::string_view name);
  std::optional<std::vector<double>> any_numbers(std::string_view name);

  std::optional<std::string> text(std::string_view name);
  std::optional<std::vector<std::string>> texts(std::string_view name);
  std::optional<bool> flag(std::string_view name);

  bool is_object() const { return object_ != nullptr; }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  const nlohmann::ordered_json* find(std::string_view name) const;  // null: absent

  // Adds a fault at the field, unless one is there.
  void fault(std::string_view name, const std::string& rule);
  std::string pointer(std::string_view name) const;

  // A fault for every field outside `known` (20 at most, then one that counts the rest).
  void reject_unknown(std::span<const std::string_view> known);

 private:
  void fault(std::string_view name, const std::string& rule, const nlohmann::ordered_json& value);

  const nlohmann::ordered_json* object_ = nullptr;  // null when the body is no object
  FaultList& faults_;
  std::string path_;
};

}  // namespace ssem::advisor::json
