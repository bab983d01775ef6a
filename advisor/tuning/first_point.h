// Where a search for loss weight and temperature begins: the advisor's recommendation, within the axes.
#pragma once

#include <string>
#include <vector>

#include "advisor/tuning/search_space.h"

namespace ssem::advisor::tuning {

struct FirstPoint {
  // The recommended pair; fields of the problem as it has them; others in the middle of their axes, choices at their
  // first.
  Values values;
  std::vector<std::string> why;
};

// With problem axes only. Where the axes exclude the recommendation, the best that they hold.
FirstPoint first_point(const SearchSpace& space);

}  // namespace ssem::advisor::tuning
