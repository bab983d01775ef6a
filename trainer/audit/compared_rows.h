// What compares every row with every other one: of all rows, or of some that are drawn where there are many.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "trainer/audit/audit.h"
#include "trainer/events/events.h"

namespace ssem::trainer {

// Thirty thousand take seconds; the time grows with the square.
inline constexpr std::int64_t kMostCompared = 30'000;

struct ComparedRows {
  at::Tensor unit;                            // [n, d]
  std::vector<std::int64_t> labels;           // of each, from 0
  std::vector<std::int64_t> fine, instances;  // fine: of class and fine class together; empty without fine labels
};

// Places of `most` of the rows, or of all, in their order: every choice as likely, and the same in every run.
std::vector<std::int64_t> drawn_rows(std::int64_t rows, std::int64_t most = kMostCompared);

// Fills what audit.h says of compared rows. The alignment is that of the geometry, which is known and of all rows.
void compare(const ComparedRows& rows, Audit& found, const StopFlag& stop);

}  // namespace ssem::trainer
