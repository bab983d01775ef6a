#include "api/cli/text/number_format.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace ssem::api::cli {

std::string short_number(double value) {
  if (std::isnan(value)) return "not a number";
  if (std::isinf(value)) return value > 0 ? "infinite" : "-infinite";
  value += 0.0;  // no -0
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.4g", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string short_threshold(double threshold, double one_minus_threshold) {
  constexpr double kCloseToOne = 1e-3;
  if (one_minus_threshold > 0 && one_minus_threshold < kCloseToOne) return "1 - " + short_number(one_minus_threshold);
  return short_number(threshold);
}

}  // namespace ssem::api::cli
