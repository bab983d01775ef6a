#include "trainer/encoder/convergence.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ssem::trainer {
namespace {

constexpr double kLossMove = 0.03;              // nats
constexpr double kVarianceMove = 0.02;          // or
constexpr double kVarianceRelativeMove = 0.08;  // of the later mean, whichever is larger
constexpr std::size_t kLeastEntries = 10;

struct Window {
  double loss = 0, variance = 0, entries = 0;
  void add(const Progress& progress) {
    loss += progress.loss;
    variance += progress.within_class_variance;
    ++entries;
  }
};

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

}  // namespace

Convergence judge_convergence(std::span<const Progress> course) {
  if (course.size() < kLeastEntries || course.back().step < kLeastSteps) {
    return {false, "the run has only " + std::to_string(course.empty() ? 0 : course.back().step) +
                       " steps, too few for a convergence test"};
  }
  double all_rates = 0, rates = 0;
  for (const Progress& progress : course) all_rates += progress.learning_rate;
  Window earlier, later;
  for (const Progress& progress : course) {
    rates += progress.learning_rate;
    if (rates > 0.8 * all_rates) {
      later.add(progress);
    } else if (rates > 0.6 * all_rates) {
      earlier.add(progress);
    }
  }
  if (earlier.entries == 0 || later.entries == 0) return {false, "the run was told of too unevenly to test it"};
  const double loss = later.loss / later.entries - earlier.loss / earlier.entries;
  const double variance = later.variance / later.entries;
  const double moved = variance - earlier.variance / earlier.entries;
  const double allowed = std::max(kVarianceMove, kVarianceRelativeMove * variance);
  const std::string span = "over the last 40 % of the learning-rate sum the ";
  if (!(std::abs(loss) <= kLossMove)) {
    return {false, span + "loss still moved by " + text(loss) + " (at most " + text(kLossMove) + " is level)"};
  }
  if (!(std::abs(moved) <= allowed)) {
    return {false,
            span + "within-class variance still moved by " + text(moved) + " (at most " + text(allowed) + " is level)"};
  }
  return {true, span + "loss moved by " + text(loss) + " and the within-class variance by " + text(moved)};
}

}  // namespace ssem::trainer
