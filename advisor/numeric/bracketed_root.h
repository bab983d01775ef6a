// Root of a continuous function between two points where its signs differ.
#pragma once

#include <algorithm>
#include <cmath>

namespace ssem::advisor {

struct BracketedRoot {
  double at = 0;
  int steps = 0;
  bool converged = false;
};

// Chandrupatla's method: inverse quadratic steps where three points promise that they converge, bisection elsewhere.
// Superlinear on smooth functions and never worse than bisection by more than a constant factor, also across a jump.
template <class Function>
BracketedRoot bracketed_root(Function&& function, double a, double at_a, double b, double at_b,
                             double relative_tolerance, double absolute_tolerance, int max_steps = 120) {
  BracketedRoot root{std::abs(at_a) < std::abs(at_b) ? a : b, 0, at_a == 0 || at_b == 0};
  double fraction = at_a / (at_a - at_b);
  while (!root.converged && root.steps < max_steps) {
    const double next = a + fraction * (b - a);
    const double at_next = function(next);
    ++root.steps;
    double c = a, at_c = at_a;
    if ((at_next > 0) != (at_a > 0)) {
      c = b, at_c = at_b;
      b = a, at_b = at_a;
    }
    a = next, at_a = at_next;
    root.at = std::abs(at_a) < std::abs(at_b) ? a : b;
    const double least = (relative_tolerance * std::abs(root.at) + absolute_tolerance) / std::abs(b - a);
    root.converged = at_a == 0 || !(least < 0.5);
    const double position = (a - b) / (c - b);
    const double height = (at_a - at_b) / (at_c - at_b);
    fraction = 0.5;
    if (1 - std::sqrt(1 - position) < height && height < std::sqrt(position)) {
      fraction = at_a / (at_b - at_a) * (at_c / (at_b - at_c)) +
                 (c - a) / (b - a) * (at_a / (at_c - at_a)) * (at_b / (at_c - at_b));
    }
    fraction = std::clamp(fraction, std::min(least, 0.5), std::max(1 - least, 0.5));
  }
  return root;
}

}  // namespace ssem::advisor
