#include "api/cli/text/number_format.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "advisor/numeric/number_text.h"

namespace ssem::api::cli {

namespace {

constexpr double kFirstGrouped = 1e4;  // %g would write an exponent
constexpr double kLastGrouped = 1e15;
constexpr double kNoise = 1e-6;

}  // namespace

std::string short_number(double value) {
  if (std::isnan(value)) return "not a number";
  if (std::isinf(value)) return value > 0 ? "infinite" : "-infinite";
  if (value == 0) return "0";  // and not "-0"
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.4g", value);
  const double rounded = std::strtod(text.data(), nullptr);
  if (std::abs(rounded) >= kFirstGrouped && std::abs(rounded) < kLastGrouped) return advisor::grouped_text(rounded);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string measured_number(double value) { return short_number(std::abs(value) < kNoise ? 0 : value); }

std::string short_threshold(double threshold, double one_minus_threshold) {
  constexpr double kCloseToOne = 1e-3;
  if (one_minus_threshold > 0 && one_minus_threshold < kCloseToOne) return "1 - " + short_number(one_minus_threshold);
  return short_number(threshold);
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return advisor::grouped_text(static_cast<double>(count)) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace ssem::api::cli
