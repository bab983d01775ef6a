// One parameter of a search: its values, its place in [0, 1), and its coordinates in the model.
#pragma once

#include <vector>

namespace ssem::advisor::tuning {

struct Axis {
  enum class Kind { real, integer, categorical };

  Kind kind = Kind::real;
  double low = 0;   // categorical: 0
  double high = 1;  // categorical: the number of choices - 1
  double step = 0;  // 0: any real number between the ends
  bool log = false;

  bool single() const { return low == high; }
};

// The value at `unit` in [0, 1]: every value of a grid, and every choice, has an equal share (of the logarithm, with
// log).
double value_at(const Axis& axis, double unit);

// The middle of the share that `value` has; outside [0, 1] for values outside the axis.
double unit_of(const Axis& axis, double value);

// What the model sees: a number in [0, 1], or one number per choice, so that all choices are equally far apart; of very
// many choices their place in the list.
std::size_t coordinate_count(const Axis& axis);
void append_coordinates(const Axis& axis, double value, std::vector<double>& coordinates);

}  // namespace ssem::advisor::tuning
