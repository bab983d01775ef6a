// Axes for tests.
#pragma once

#include "advisor/tuning/axis.h"

namespace ssem::advisor::tuning {

inline Axis real(double low, double high, bool log = false) { return {Axis::Kind::real, low, high, 0, log}; }

}  // namespace ssem::advisor::tuning
