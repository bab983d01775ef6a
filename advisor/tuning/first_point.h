// Where a search for loss weight and temperature begins: the advisor's recommendation, within the axes.
#pragma once

#include <string>
#include <vector>

#include "advisor/tuning/search_space.h"

namespace ssem::advisor::tuning {

struct FirstPoint {
  Values values;  // the recommended pair; other parameters in the middle of their axes, choices at their first
  std::vector<std::string> why;
};

// With problem axes only. Where the axes exclude the recommendation, the best that they hold.
FirstPoint first_point(const SearchSpace& space);

}  // namespace ssem::advisor::tuning
