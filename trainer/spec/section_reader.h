// One object of the spec ("/model", say): fields go straight into their places, faults carry the whole path.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/json/field_reader.h"
#include "advisor/result.h"

namespace ssem::trainer {

// From `lowest` to `highest`; an open end does not belong to the range itself.
struct NumberRange {
  double lowest = 0;
  double highest = 1;
  bool lowest_open = false;
  bool highest_open = false;
};

// Every reader leaves `target` alone when the field is absent or faulty. Each field that is read counts as known.
class SectionReader {
 public:
  // `prefix` is "" or a JSON pointer. Keeps references to `body` and `faults`; finish() hands the faults over.
  SectionReader(const nlohmann::ordered_json& body, std::string prefix, FaultList& faults);

  void integer(std::string_view name, std::int64_t& target, std::int64_t lowest, std::int64_t highest);
  void number(std::string_view name, double& target, const NumberRange& range);
  void choice(std::string_view name, std::string& target, std::span<const std::string_view> names);
  // Not empty, without zero bytes: file names and column names.
  void text(std::string_view name, std::string& target);
  void flag(std::string_view name, bool& target);
  // Between 1 and `most` integers.
  void integers(std::string_view name, std::vector<std::int64_t>& target, std::int64_t lowest, std::int64_t highest,
                std::size_t most);

  // Read elsewhere, but no unknown field.
  void know(std::string_view name) { known_.push_back(name); }
  bool has(std::string_view name) const { return in_.has(name); }
  void fault(std::string_view name, const std::string& message);
  // A fault at `name` when it is there although `reason` says why it cannot be.
  void forbid(std::string_view name, const std::string& reason);

  // Unknown fields become faults; all faults of this object go to the list of the whole spec.
  void finish();

 private:
  const nlohmann::ordered_json& body_;
  std::string prefix_;
  FaultList& all_faults_;
  FaultList faults_;  // of this object, with paths that begin at it
  advisor::json::FieldReader in_;
  std::vector<std::string_view> known_;
};

// Adds the faults of one part, `prefix` before each path.
void add_faults(const FaultList& part, const std::string& prefix, FaultList& faults);

}  // namespace ssem::trainer
