#include "advisor/recommend/alternatives.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ssem::advisor {
namespace {

constexpr std::array kCustomaryTemperatures{0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0};
constexpr std::size_t kMostAlternatives = 6;
// Closer to 1 the supervised term has no practical weight.
constexpr double kLeastPracticalWeight = 1e-6;

}  // namespace

std::vector<Alternative> alternatives(const TargetCurve& curve, double recommended_temperature,
                                      const std::vector<double>& extra_temperatures) {
  std::vector<CurvePoint> points;
  for (const double temperature : kCustomaryTemperatures) {
    if (temperature < curve.lowest_temperature()) continue;
    const CurvePoint point = curve.at(temperature);
    if (point.loss_weight.one_minus > kLeastPracticalWeight && curve.within_per_logit(point) < kMostSensitivity) {
      points.push_back(point);
    }
  }
  const auto distance = [&](const CurvePoint& point) {
    return std::abs(std::log(point.temperature / recommended_temperature));
  };
  std::sort(points.begin(), points.end(),
            [&](const CurvePoint& a, const CurvePoint& b) { return distance(a) < distance(b); });
  if (points.size() > kMostAlternatives) points.resize(kMostAlternatives);
  for (const double temperature : extra_temperatures) points.push_back(curve.at(temperature));
  std::sort(points.begin(), points.end(),
            [](const CurvePoint& a, const CurvePoint& b) { return a.temperature < b.temperature; });
  std::vector<Alternative> result;
  result.reserve(points.size());
  for (const CurvePoint& point : points) {
    result.push_back({point.loss_weight.value, point.temperature, curve.target(), curve.margin(point, true)});
  }
  return result;
}

}  // namespace ssem::advisor
