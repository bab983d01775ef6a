#include "advisor/tuning/axis.h"

#include <algorithm>
#include <cmath>

namespace ssem::advisor::tuning {
namespace {

// As many as a 64-bit count of steps stays exact in; a finer grid is as good as none.
constexpr double kMostSteps = 9007199254740992.0;

bool is_grid(const Axis& axis) { return axis.step > 0 && (axis.high - axis.low) / axis.step < kMostSteps; }

double steps_of(const Axis& axis) { return std::floor((axis.high - axis.low) / axis.step * (1 + 1e-12) + 1e-9); }

constexpr double kMostOneHot = 32;

bool is_one_hot(const Axis& axis) { return axis.kind == Axis::Kind::categorical && axis.high < kMostOneHot; }

// The ends between which a value is drawn before it is rounded: half a step more on either side.
struct Ends {
  double low;
  double high;
};
Ends padded(const Axis& axis) {
  const double pad = axis.log && axis.kind == Axis::Kind::integer ? 0.5 : 0.0;
  return {axis.low - pad, axis.high + pad};
}

}  // namespace

double value_at(const Axis& axis, double unit) {
  if (axis.single()) return axis.low;
  unit = std::clamp(unit, 0.0, 1.0);
  if (is_grid(axis) && !axis.log) {
    const double steps = steps_of(axis);
    return std::min(axis.low + axis.step * std::min(std::floor(unit * (steps + 1)), steps), axis.high);
  }
  const Ends ends = padded(axis);
  double value = 0;
  if (axis.log) {
    value = std::exp(std::log(ends.low) * (1 - unit) + std::log(ends.high) * unit);
  } else {
    value = ends.low * (1 - unit) + ends.high * unit;  // high - low may be infinite
  }
  if (axis.kind == Axis::Kind::integer) value = std::round(value);
  return std::clamp(value, axis.low, axis.high);
}

double unit_of(const Axis& axis, double value) {
  if (axis.single()) return 0.5;
  if (is_grid(axis) && !axis.log) return ((value - axis.low) / axis.step + 0.5) / (steps_of(axis) + 1);
  const Ends ends = padded(axis);
  if (axis.log) {
    if (value <= 0) return 0;
    return (std::log(value) - std::log(ends.low)) / (std::log(ends.high) - std::log(ends.low));
  }
  return (value / 2 - ends.low / 2) / (ends.high / 2 - ends.low / 2);
}

std::size_t coordinate_count(const Axis& axis) {
  return is_one_hot(axis) ? static_cast<std::size_t>(axis.high) + 1 : 1;
}

void append_coordinates(const Axis& axis, double value, std::vector<double>& coordinates) {
  if (!is_one_hot(axis)) {
    coordinates.push_back(std::clamp(unit_of(axis, value), -1.0, 2.0));
    return;
  }
  for (std::size_t choice = 0; choice < coordinate_count(axis); ++choice) {
    coordinates.push_back(static_cast<double>(choice) == value ? std::sqrt(0.5) : 0.0);
  }
}

}  // namespace ssem::advisor::tuning
