#include "trainer/rest/convergence.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "advisor/numeric/number_text.h"

namespace ssem::trainer {
namespace {

constexpr std::size_t kLeastEntries = 10;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Window {
  double loss = 0, variance = 0, entries = 0;
  void add(const Progress& progress) {
    loss += progress.loss;
    variance += progress.within_class_variance;
    ++entries;
  }
};

}  // namespace

Convergence judge_convergence(std::span<const Progress> course, const LevelRules& rules) {
  Convergence told{false, "", kNan, rules.variance};
  if (course.size() < kLeastEntries || course.back().step < rules.least_steps) {
    told.why = "the run has only " + std::to_string(course.empty() ? 0 : course.back().step) +
               " steps, too few for a convergence test";
    return told;
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
  if (earlier.entries == 0 || later.entries == 0) {
    told.why = "the run was told of too unevenly to test it";
    return told;
  }
  const double loss = later.loss / later.entries - earlier.loss / earlier.entries;
  const double variance = later.variance / later.entries;
  const double moved = variance - earlier.variance / earlier.entries;
  told.moved = std::abs(moved);
  told.tolerance = std::max(rules.variance, rules.variance_share * variance);
  const std::string span = "over the last 40 % of the learning-rate sum the ";
  if (!(std::abs(loss) <= rules.loss)) {
    told.why = span + "loss still moved by " + advisor::number_text(loss, 3) + " (at most " +
               advisor::number_text(rules.loss, 3) + " is level)";
  } else if (!(told.moved <= told.tolerance)) {
    told.why = span + "within-class variance still moved by " + advisor::number_text(moved, 3) + " (at most " +
               advisor::number_text(told.tolerance, 3) + " is level)";
  } else {
    told.converged = true;
    told.why = span + "loss moved by " + advisor::number_text(loss, 3) + " and the within-class variance by " +
               advisor::number_text(moved, 3) + " (at most " + advisor::number_text(told.tolerance, 3) + " is level)";
  }
  return told;
}

}  // namespace ssem::trainer
