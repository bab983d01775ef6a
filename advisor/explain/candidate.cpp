#include "advisor/explain/candidate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace ssem::advisor {
namespace {

constexpr double kInCore = 0.8;
constexpr double kReach = 1000;   // of Shape::above
constexpr int kMostDigits = 7;    // behind the point: what logs print
constexpr double kTolerated = 3;  // deviations

double whole_deviation(const Candidate& candidate, double rounding) {
  return std::max(std::hypot(candidate.deviation, rounding / std::sqrt(3.0)), 1e-12);
}

double normal(double distance, double deviation) {
  const double z = distance / deviation;
  return std::exp(-0.5 * z * z) / (deviation * 2.5066282746310002);
}

}  // namespace

double density(const Candidate& candidate, double value, double rounding) {
  switch (candidate.shape) {
    case Candidate::Shape::range:
      return value >= candidate.low && value <= candidate.high ? 1 / (candidate.high - candidate.low) : 0;
    case Candidate::Shape::above:
      return value > candidate.low ? 1 / (value * std::log(kReach)) : 0;
    case Candidate::Shape::point:
      break;
  }
  const double distance = value - candidate.expected;
  const double core = normal(distance, whole_deviation(candidate, rounding));
  if (!(candidate.tail > 0)) return core;
  if (distance < 0 && !candidate.both_sides) return kInCore * core;
  const double tail = std::exp(-std::abs(distance) / candidate.tail) / candidate.tail;
  return kInCore * core + (1 - kInCore) * tail * (candidate.both_sides ? 0.5 : 1);
}

double nearest(const Candidate& candidate, double value) {
  switch (candidate.shape) {
    case Candidate::Shape::point:
      return candidate.expected;
    case Candidate::Shape::range:
      return std::clamp(value, candidate.low, candidate.high);
    case Candidate::Shape::above:
      return std::max(value, candidate.low);
  }
  return value;
}

double tolerance(const Candidate& candidate, double rounding) {
  if (candidate.shape != Candidate::Shape::point) return 0;
  return kTolerated * whole_deviation(candidate, rounding);
}

double rounding_of(double value) {
  if (value == 0) return 0;
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (end.ec != std::errc{}) return 0;
  const std::string_view digits(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
  const std::size_t point = digits.find('.');
  const int behind = point == std::string_view::npos ? 0 : static_cast<int>(digits.size() - point - 1);
  return behind > kMostDigits ? 0 : 0.5 * std::pow(10.0, -behind);
}

}  // namespace ssem::advisor
