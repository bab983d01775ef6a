// The cosines between images that nothing holds together: spread evenly over the sphere (theory.md, section 1).
#pragma once

#include <vector>

namespace ssem::advisor {

// Of N images in few dimensions, N <= dimension (dimension + 3)/2, a cosine takes the two values of
// dimension/similarity_moments.h: the simplex's where N <= dimension + 1, beyond it a lower bound of every loss. Of
// more it is a + b t, t that of two uniformly random points, with
//   a = -1/(N-1)   b^2 = (N - dimension)/(N-1),
// the mean and the spread of a tight frame's N points; without end exactly the uniform distribution's.
class SpreadCosines {
 public:
  // images >= 2, infinity for a data set without end.
  SpreadCosines(double images, double dimension, double temperature);

  bool simplex() const { return cosines_.size() == 1; }

  // E log(own + sum over `others` cosines of e^{(cosine - 1)/temperature}); own >= 0, others >= 1. Of independent
  // cosines by E log X = integral of (e^-s - E e^-sX)/s over s > 0, with E e^-sX = e^{-s own} (E e^{-s kernel})^others:
  // two trapezoid rules, each of an analytic integrand (own = 0 without end: random_log_sum.h). What E log X lacks to
  // log E X shrinks by 1 - others/(N-1), as the variance of a sum over images drawn without repetition does.
  double mean_log_sum(double own, double others) const;

  // E e^{(cosine - c)/temperature} as its logarithm.
  double log_mean_kernel(double c = 1) const;

  // (E kernel)^2 / E kernel^2: the share of others that push with the weight of all, 1 where all push alike.
  double effective_share() const;

  // log E e^{-2 |u - v|^2}: Wang and Isola's uniformity.
  double uniformity() const;

 private:
  double log_mean_exp(double factor) const;  // log E e^{factor t}

  double independent_log_sum(double own, double others, double log_mean) const;

  double images_;
  double dimension_;
  double temperature_;
  double shift_ = 0;
  double scale_ = 1;
  std::vector<double> cosines_;  // t
  std::vector<double> weights_;  // they add up to 1
};

}  // namespace ssem::advisor
