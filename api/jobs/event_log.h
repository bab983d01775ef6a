// The events of one job, numbered from 1: a file that grows line by line, and where each line begins and what it tells.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::api::jobs {

struct NumberedEvent {
  std::int64_t number = 0;
  std::string name;
  std::string json;
};

// Not thread safe.
class EventLog {
 public:
  // Reads where the lines of an earlier server begin; a last line that was cut short is cut off.
  explicit EventLog(std::filesystem::path path);

  // Errors (unavailable): the disk is full, say. The log is then as it was.
  std::optional<Error> append(std::string_view name, std::string_view json);

  std::int64_t last_number() const { return static_cast<std::int64_t>(lines_.size()); }
  // The latest with this name.
  std::optional<NumberedEvent> last(std::string_view name) const;
  // Up to `most` events with higher numbers.
  std::vector<NumberedEvent> after(std::int64_t number, std::size_t most) const;

 private:
  struct Line {
    std::uint64_t begin = 0;
    std::string name;
  };

  std::filesystem::path path_;
  std::vector<Line> lines_;
  std::uint64_t end_ = 0;
};

}  // namespace ssem::api::jobs
