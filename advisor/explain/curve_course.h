// How a loss curve runs: where it begins and ends, whether it stands still, where it crossed a level.
#pragma once

#include <optional>
#include <vector>

namespace ssem::advisor {

struct LoggedPoint {
  double step = 0;
  double value = 0;
};

// The first point, and the median of the last 5 % of the points, at least one.
struct CurveCourse {
  std::size_t points = 0;
  LoggedPoint start;
  LoggedPoint end;
  double noise = 0;  // standard deviation of one value about its neighbours, by the median absolute difference
  // Over the last third the fitted line moves less than 1 % of the way that the curve has come (0.1 % of the value
  // where it has come none), or than twice the error of its slope.
  bool stands_still = false;
  std::optional<double> still_since;  // the first step from which all medians stay as near to the end as noise allows
  bool grows = false;                 // it ends above where it began, by more than noise, and still rises
  std::optional<double>
      not_finite_since;  // the step of the first value that is nan or infinite, if the last one is too
};

// O(n log n). The curve has a point.
CurveCourse course_of(const std::vector<LoggedPoint>& curve);

// The step from which the curve, smoothed by medians, stays below the level; absent unless it begins above and ends
// clearly below: by a hundredth of the level and by more than noise.
std::optional<double> fell_below(const std::vector<LoggedPoint>& curve, double level);

}  // namespace ssem::advisor
