#include "advisor/explain/curve_course.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ssem::advisor {
namespace {

constexpr std::size_t kWindowsOfCurve = 20;
constexpr double kStillShare = 0.01;
constexpr double kStillOfValue = 0.001;
constexpr double kErrors = 2;
constexpr double kNearEnd = 4;  // deviations of a median

double median(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(middle);
  std::nth_element(values.begin(), at, values.end());
  if (values.size() % 2 == 1) return *at;
  return 0.5 * (*at + *std::max_element(values.begin(), at));
}

std::vector<LoggedPoint> finite_part(const std::vector<LoggedPoint>& curve) {
  std::vector<LoggedPoint> kept;
  for (const LoggedPoint& point : curve) {
    if (std::isfinite(point.value)) kept.push_back(point);
  }
  return kept;
}

std::size_t window_of(const std::vector<LoggedPoint>& curve) {
  return std::max<std::size_t>(1, curve.size() / kWindowsOfCurve);
}

LoggedPoint middle_of(const std::vector<LoggedPoint>& curve, std::size_t from, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = from; i < from + count; ++i) values.push_back(curve[i].value);
  return {curve[from + count / 2].step, median(std::move(values))};
}

// Medians over windows that follow each other.
std::vector<LoggedPoint> smoothed_curve(const std::vector<LoggedPoint>& curve) {
  const std::size_t window = window_of(curve);
  std::vector<LoggedPoint> medians;
  for (std::size_t from = curve.size() % window; from < curve.size(); from += window) {  // the last one is whole
    medians.push_back(middle_of(curve, from, window));
  }
  return medians;
}

double noise_of(const std::vector<LoggedPoint>& curve) {
  if (curve.size() < 3) return 0;
  std::vector<double> bends;  // second differences do not see the slope
  for (std::size_t i = 2; i < curve.size(); ++i) {
    bends.push_back(std::abs(curve[i].value - 2 * curve[i - 1].value + curve[i - 2].value));
  }
  return 1.4826 * median(std::move(bends)) / std::sqrt(6.0);
}

struct Line {
  double rise = 0;  // over its points
  double error = 0;
};

Line last_third(const std::vector<LoggedPoint>& curve) {
  const std::size_t from = curve.size() - std::max<std::size_t>(2, curve.size() / 3);
  const auto count = static_cast<double>(curve.size() - from);
  double mean_step = 0;
  double mean_value = 0;
  for (std::size_t i = from; i < curve.size(); ++i) {
    mean_step += curve[i].step / count;
    mean_value += curve[i].value / count;
  }
  double steps = 0;
  double both = 0;
  for (std::size_t i = from; i < curve.size(); ++i) {
    const double step = curve[i].step - mean_step;
    steps += step * step;
    both += step * (curve[i].value - mean_value);
  }
  if (!(steps > 0)) return {};
  double rest = 0;
  for (std::size_t i = from; i < curve.size(); ++i) {
    const double miss = curve[i].value - mean_value - both / steps * (curve[i].step - mean_step);
    rest += miss * miss;
  }
  const double length = curve.back().step - curve[from].step;
  const double error = count > 2 ? std::sqrt(rest / (count - 2) / steps) : 0;
  return {both / steps * length, error * length};
}

}  // namespace

CurveCourse course_of(const std::vector<LoggedPoint>& curve) {
  CurveCourse course;
  course.points = curve.size();
  if (!std::isfinite(curve.back().value)) {
    const auto bad = [](const LoggedPoint& point) { return !std::isfinite(point.value); };
    course.not_finite_since = std::find_if(curve.begin(), curve.end(), bad)->step;
  }
  const std::vector<LoggedPoint> kept = finite_part(curve);
  if (kept.empty()) {
    course.start = curve.front();
    course.end = curve.back();
    return course;
  }
  const std::size_t window = window_of(kept);
  course.start = kept.front();  // a loss falls fastest at the start
  course.end = middle_of(kept, kept.size() - window, window);
  course.noise = noise_of(kept);
  if (kept.size() < 3) return course;
  const Line line = last_third(kept);
  const double way = std::max(kStillShare * std::abs(course.end.value - course.start.value),
                              kStillOfValue * std::abs(course.end.value));
  course.stands_still = std::abs(line.rise) <= std::max(way, kErrors * line.error);
  const double scatter = std::max(kNearEnd * course.noise / std::sqrt(static_cast<double>(window)), way);
  course.grows = !course.stands_still && line.rise > 0 && course.end.value - course.start.value > scatter;
  if (!course.stands_still) return course;
  for (const LoggedPoint& point : smoothed_curve(kept)) {
    if (std::abs(point.value - course.end.value) > scatter) {
      course.still_since.reset();
    } else if (!course.still_since) {
      course.still_since = point.step;
    }
  }
  return course;
}

std::optional<double> fell_below(const std::vector<LoggedPoint>& curve, double level) {
  const std::vector<LoggedPoint> kept = finite_part(curve);
  if (kept.empty()) return std::nullopt;
  const CurveCourse course = course_of(kept);
  const double clearly = std::max(kStillShare * std::abs(level), kNearEnd * course.noise);
  if (course.start.value < level || course.end.value > level - clearly) return std::nullopt;
  std::optional<double> step;
  for (const LoggedPoint& point : smoothed_curve(kept)) {
    if (point.value >= level) {
      step.reset();
    } else if (!step) {
      step = point.step;
    }
  }
  return step;
}

}  // namespace ssem::advisor
