#include "advisor/explain/logged.h"

#include <cmath>

#include "advisor/explain/candidates.h"
#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr double kOtherBase = 0.25;
constexpr double kUnscaled = 0.04;
constexpr double kTimesTemperature = 0.01;
constexpr double kSummed = 0.03;
constexpr double kBinary = 0.04;

bool same(double left, double right) { return std::abs(left - right) <= 1e-9 * std::abs(right); }

}  // namespace

std::vector<Logged> ways_to_log(const EvaluationRequest& request, double embeddings) {
  const std::optional<double> base = request.problem.base_temperature;
  const double temperature = request.temperature;
  const double said = base ? temperature / *base : 1;
  std::vector<Logged> ways{{said, 1, {}}};
  const auto add_base = [&](double other, double weight) {
    const double scale = temperature / other;
    if (same(scale, said)) return;
    ways.push_back({scale, weight, {{"base_temperature", number_text(other, 4)}}});
  };
  add_base(kSupContrastBase, kOtherBase);
  add_base(1, kTimesTemperature);
  if (!same(said, 1)) ways.push_back({1, kUnscaled, {{"base_temperature", "null"}}});
  ways.push_back({said * embeddings, kSummed, {{"reduction", "sum"}}});
  ways.push_back({said / std::log(2.0), kBinary, {{"logarithm", "base 2"}}});
  return ways;
}

}  // namespace ssem::advisor
