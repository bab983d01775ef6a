// The collapse boundary where the class means cannot form a simplex, d < m - 1, for balanced classes (theory.md,
// section 3). With the means mu_c that minimise the collapsed loss (class_means.h),
//
//   1 - a_c = (n-1)/D_c + r (theta_c - lambda_c/tau)/2,      D_c = n-1 + kappa + f n sum_c' e^{(mu_c.mu_c' - 1)/tau}
//
// and collapse holds up to the smallest a_c: a condition of local stability, found globally exact in 815 of 818 random
// problems. Placed means are the best of a few starts; arrangements of nearly equal loss differ by about 0.01 in a.
//
// Where placing the means would take too long, tight_frame.h stands in for them. Measured against placed means (m = 50,
// 100, 200; n = 10; temperatures 0.03 to 10), the estimated threshold is off by at most 0.032 for d > 16, 0.054 for
// d = 10 to 16, and by up to 0.4 below, where means crowd; mostly on the side of more collapse.
#pragma once

#include <cstdint>

namespace ssem::advisor {

struct LowDimensionInput {
  double classes = 2;              // m
  double instances_per_class = 2;  // n, of one class in the batch
  double others_share = 1;         // f = (m_b-1)/(m-1): how often another class is in the batch
  double dataset_share = 0.5;      // r = (M-1)/M; (n-1)/n where the batch is the data set
  double own_image_share = 1;      // kappa
  std::int64_t dimension = 2;      // d, 1 .. m-1
  double temperature = 1;
  bool estimate_only = false;  // microseconds, whatever the size
};

struct LowDimensionBoundary {
  double loss_weight_threshold = 0;  // below 0 where even loss weight 0 does not collapse
  double one_minus_loss_weight_threshold = 0;
  double collapsed_loss = 0;  // mean log D_c; the loss adds log(views)
  bool converged = false;
  bool estimated = false;  // from the tight frame
};

// Means are placed up to m^2 (d + 60) = 1.6e6 (100 classes in any dimension): up to a second, then cached. Thread safe;
// the answer depends on the input alone. In one dimension every loss weight below 1 collapses.
LowDimensionBoundary low_dimension_boundary(const LowDimensionInput& input);

// Collapse from this temperature on, `input.temperature` aside: 0 at every temperature, infinity never up to 1e4.
double low_dimension_temperature_threshold(const LowDimensionInput& input, double loss_weight);

}  // namespace ssem::advisor
