// How far the rows of a large file are read, on one line of a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace ssem::trainer {

// "reading: 1,250,000 of 10,000,000 rows, 12 %"
std::string rows_line(std::int64_t done, std::int64_t all);

// Redraws its line on stderr, at most ten times a second and at the end.
class RowsBar {
 public:
  void show(std::int64_t done, std::int64_t all);

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<Clock::time_point> last_drawn_;
};

}  // namespace ssem::trainer
