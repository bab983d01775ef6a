// When a descent of free unit vectors has converged, and the sentence that says so. The steps are
// advisor/numeric/sphere_lbfgs.h's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ssem::trainer {

struct DescentOptions {
  std::int64_t max_iterations = 3000;
  double gradient_tolerance = 1e-9;  // of the tangential gradient's norm
  double loss_resolution = 1e-13;    // relative: differences of the loss below this are rounding
  double stall = 1e-11;  // relative fall of the loss over 40 iterations that counts as none; below, small flat
                         // problems crawl for thousands of iterations without a visible change
};

struct DescentState {
  std::int64_t iteration = 0;
  double loss = 0;
  double gradient_norm = 0;  // tangential
};

struct DescentOutcome {
  DescentState last;
  bool converged = false;
  std::string why;  // one sentence: which rule ended it
};

// Returns the loss at `point` [rows * columns] and writes its gradient in the surrounding space.
using LossAndGradient = std::function<double(const double* point, double* gradient)>;
// Called after every iteration, when the point is the new one; false ends the descent.
using Observer = std::function<bool(const DescentState& state)>;

// Moves `point`, whose rows must have unit norm, downhill. The loss never rises by more than rounding. A loss that is
// not finite ends it with `converged` false.
DescentOutcome descend_on_spheres(std::vector<double>& point, std::int64_t columns, const LossAndGradient& evaluate,
                                  const DescentOptions& options, const Observer& observe);

}  // namespace ssem::trainer
