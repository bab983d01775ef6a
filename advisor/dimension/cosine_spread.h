// What the spread of a cosine does to the mean of e^{cosine/temperature}: logarithms of means of e^{yt}, t of mean
// zero, as functions of u = y^2, with their slopes (theory.md, section 3). All begin as variance * u/2; a Gaussian t
// would go on so, a bounded one does not.
#pragma once

namespace ssem::advisor {

struct LogMean {
  double value = 0;
  double slope = 0;  // along u
};

// t is a coordinate of a point spread evenly over the unit sphere of `dimensions` >= 1 dimensions, a real number;
// infinite: t is 0. log 0F1(; k/2; u/4) to 1.5 %.
LogMean log_mean_on_sphere(double dimensions, double u);

// t is the coordinate along one axis of the vertices of a simplex in `dimensions` >= 1 dimensions, turned so that one
// vertex flees it: values 1/sqrt(k), k times, and -sqrt(k), variance 1.
LogMean log_mean_of_fleeing(double dimensions, double u);

// Between the two: M images of a class flee one other class each while there are no more of them than dimensions, and
// are spread evenly where there are many. t of variance 1 in both.
LogMean log_mean_across_classes(double dimensions, double inverse_instances, double u);

}  // namespace ssem::advisor
