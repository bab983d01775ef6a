// Searches over a positive variable in its logarithm: a peak, a switching point.
#pragma once

#include <cmath>

namespace ssem::advisor {

// argmax over log-spaced [low, high], 0 < low < high, to a relative `tolerance`. On a tie the left part is kept, so
// that a plateau to the right of the peak does no harm. Bounded: about 5 log10(range/tolerance) evaluations.
template <class Function>
double golden_section_argmax(double low, double high, double tolerance, Function&& value) {
  constexpr double kRatio = 0.61803398874989485;
  double a = std::log(low);
  double b = std::log(high);
  double left = b - kRatio * (b - a);
  double right = a + kRatio * (b - a);
  double at_left = value(std::exp(left));
  double at_right = value(std::exp(right));
  while (b - a > tolerance) {
    if (at_right > at_left) {
      a = left;
      left = right;
      at_left = at_right;
      right = a + kRatio * (b - a);
      at_right = value(std::exp(right));
    } else {
      b = right;
      right = left;
      at_right = at_left;
      left = b - kRatio * (b - a);
      at_left = value(std::exp(left));
    }
  }
  return std::exp(0.5 * (a + b));
}

// The switching point of a predicate that is false at `low` and true at `high`, to a relative `tolerance`.
template <class Predicate>
double bisect_log(double low, double high, double tolerance, Predicate&& predicate) {
  double a = std::log(low);
  double b = std::log(high);
  while (b - a > tolerance) {
    const double middle = 0.5 * (a + b);
    if (middle <= a || middle >= b) break;
    (predicate(std::exp(middle)) ? b : a) = middle;
  }
  return std::exp(0.5 * (a + b));
}

}  // namespace ssem::advisor
