#include "trainer/report/rows_bar.h"

#include <cstdio>

#include "advisor/numeric/number_text.h"

namespace ssem::trainer {
namespace {

constexpr std::chrono::milliseconds kLeastRedrawGap{100};

}  // namespace

std::string rows_line(std::int64_t done, std::int64_t all) {
  const double share = all > 0 ? static_cast<double>(done) / static_cast<double>(all) : 1;
  return "reading: " + advisor::grouped_text(static_cast<double>(done)) + " of " +
         advisor::grouped_text(static_cast<double>(all)) + " rows, " + std::to_string(static_cast<int>(100 * share)) +
         " %";
}

void RowsBar::show(std::int64_t done, std::int64_t all) {
  const auto now = Clock::now();
  if (done < all && last_drawn_ && now - *last_drawn_ < kLeastRedrawGap) return;
  last_drawn_ = now;
  std::fprintf(stderr, "\r\x1b[K%s%s", rows_line(done, all).c_str(), done < all ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace ssem::trainer
