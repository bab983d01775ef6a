// The similarities of one class mean to the others when m means repel each other in d < m - 1 dimensions, without
// placing them: sum mu = 0 and sum mu mu^T = (m/d) I fix the mean and the spread. Closed form; microseconds.
//
// Up to m = d(d+3)/2 a two-point distribution with the moments of a spherical design (similarity_moments.h; a universal
// lower bound of the energy), beyond it the uniform distribution on the sphere less the mean itself; the larger kernel
// sum, since both are lower bounds.
#pragma once

namespace ssem::advisor {

// Sums over the other classes of q = e^{(t-1)/temperature}, q t and q (1 - t^2).
struct KernelSums {
  double plain = 0;
  double cosine = 0;
  double across = 0;
};

KernelSums tight_frame_sums(double classes, double dimension, double temperature);

}  // namespace ssem::advisor
