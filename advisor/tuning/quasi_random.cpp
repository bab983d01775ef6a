#include "advisor/tuning/quasi_random.h"

#include <cmath>

namespace ssem::advisor::tuning {

QuasiRandom::QuasiRandom(std::size_t dimensions, std::uint64_t seed) {
  double root = 1.5;
  for (int step = 0; step < 64; ++step) root = std::pow(1 + root, 1.0 / (static_cast<double>(dimensions) + 1));
  double share = 1;
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    share /= root;
    steps_.push_back(share);
    shift_.push_back(unit_number(mixed(mixed(seed) + axis)));
  }
}

std::vector<double> QuasiRandom::point(std::uint64_t index) const {
  std::vector<double> point(steps_.size());
  for (std::size_t axis = 0; axis < point.size(); ++axis) {
    const double sum = shift_[axis] + static_cast<double>(index) * steps_[axis];
    point[axis] = sum - std::floor(sum);
  }
  return point;
}

}  // namespace ssem::advisor::tuning
