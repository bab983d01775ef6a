#include "advisor/recommend/schedule/schedule_evaluation.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/log_math.h"
#include "advisor/numeric/number_text.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {
namespace {

constexpr int kIntervals = 32;
constexpr int kIntervalsBelowSimplex = 8;  // where a boundary is placed by a search of its own
constexpr int kHalvings = 40;

// OpenAI's CLIP clips its logarithm of the scale there.
constexpr double kClipLimit = 0.01;

Evaluation evaluate_at(const ScheduleRequest& request, double temperature) {
  return evaluate({request.problem, request.loss_weight, temperature});
}

bool below_simplex(const Problem& problem) { return problem.dimension && *problem.dimension < problem.classes - 1; }

ScheduleCrossing crossing_between(const ScheduleRequest& request, const SchedulePoint& left,
                                  const SchedulePoint& right) {
  double low = left.at.step;
  double high = right.at.step;
  const int halvings = below_simplex(request.problem) ? 0 : kHalvings;
  for (int i = 0; i < halvings && low < high; ++i) {
    const double middle = low + (high - low) / 2;
    const bool collapsed = evaluate_at(request, request.schedule.at(middle)).collapsed;
    (collapsed == left.collapsed ? low : high) = middle;
  }
  return {{high, request.schedule.at(high)}, right.collapsed};
}

std::string step_words(const TemperatureSchedule& schedule, double step) {
  if (schedule.kind == ScheduleKind::learned) return number_text(100 * step) + " % of the way (in the logarithm)";
  return "step " + grouped_text(std::round(step));
}

void explain(ScheduleEvaluation& result) {
  const TemperatureSchedule& schedule = result.asked.schedule;
  auto& why = result.why;
  for (const ScheduleCrossing& crossing : result.crossings) {
    why.push_back("At " + step_words(schedule, crossing.at.step) + ", temperature " +
                  number_text(crossing.at.temperature) + ", the optimum " +
                  (crossing.into_collapse ? "becomes class collapse." : "is no longer class collapse."));
  }
  if (result.crossings.empty()) {
    why.emplace_back(result.points.front().collapsed ? "The optimum is class collapse at every temperature on the way."
                                                     : "No temperature on the way collapses.");
  }
  why.push_back(
      "Training follows the optimum as it moves, some way behind; what it ends with is nearest to that of the "
      "last temperature, " +
      number_text(result.points.back().at.temperature) +
      (result.points.back().collapsed ? ", which collapses." : ", which does not collapse."));
  const std::string highest =
      "The threshold is highest at temperature " + number_text(result.highest_threshold_temperature) + ": ";
  if (result.safe_loss_weight) {
    why.push_back(highest + number_text(result.highest_threshold) + ". Loss weight " +
                  number_text(*result.safe_loss_weight) + " stays clear of it all the way.");
  } else if (result.highest_threshold >= 1) {
    why.push_back(highest + "no loss weight is enough there. Lower temperatures are what helps.");
  }
}

void warn_of_learning(ScheduleEvaluation& result) {
  const TemperatureSchedule& schedule = result.asked.schedule;
  if (schedule.kind != ScheduleKind::learned) return;
  const double limit = schedule.ends.back().temperature;
  std::string text =
      "How far a learned temperature goes nobody knows beforehand: it falls as long as that lowers the "
      "loss, often to its limit, here " +
      number_text(limit) + ". Log it, and ask again with its points.";
  if (limit < kClipLimit) {
    text += " CLIP stops at 0.01 (a scale of 100); below that losses overflow in half precision.";
  }
  result.warnings.push_back({"learned_temperature", std::move(text)});
}

}  // namespace

ScheduleEvaluation evaluate_schedule(const ScheduleRequest& request) {
  ScheduleEvaluation result;
  result.asked = request;
  const int intervals = below_simplex(request.problem) ? kIntervalsBelowSimplex : kIntervals;
  double highest_one_minus = kInfinity;
  bool weighed = true;
  for (const ScheduledTemperature& at : request.schedule.sampled(intervals)) {
    const Evaluation here = evaluate_at(request, at.temperature);
    result.asked.problem = here.problem;
    weighed = weighed && here.loss_weight && !has_fixed_loss_weight(here.problem.convention);
    if (here.one_minus_loss_weight_threshold < highest_one_minus) {
      highest_one_minus = here.one_minus_loss_weight_threshold;
      result.highest_threshold = here.loss_weight_threshold;
      result.highest_threshold_temperature = at.temperature;
    }
    result.points.push_back(
        {at, here.collapsed, here.loss_weight_threshold, here.within_class_variance, here.loss_value});
  }
  const bool repeats =
      request.schedule.kind == ScheduleKind::cosine && request.schedule.steps() > request.schedule.period;
  const std::size_t counted = result.points.size() - (repeats ? 1 : 0);  // the last one lies beyond the first period
  double collapsed_steps = 0;
  for (std::size_t i = 1; i < counted; ++i) {
    const SchedulePoint& left = result.points[i - 1];
    const SchedulePoint& right = result.points[i];
    double until = left.collapsed ? right.at.step : left.at.step;
    if (left.collapsed != right.collapsed) {
      result.crossings.push_back(crossing_between(request, left, right));
      until = result.crossings.back().at.step;
      collapsed_steps += left.collapsed ? until - left.at.step : right.at.step - until;
    } else if (left.collapsed) {
      collapsed_steps += until - left.at.step;
    }
  }
  result.collapsed_share = collapsed_steps / (result.points[counted - 1].at.step - result.points.front().at.step);
  if (weighed && highest_one_minus > 0 && result.highest_threshold < 1) {
    const double odds = logit(std::max(result.highest_threshold, 0.0), std::min(highest_one_minus, 1.0));
    result.safe_loss_weight =
        result.highest_threshold > 0 ? 1 / (1 + std::exp(-(odds + kRequiredLossWeightLogitMargin))) : 0;
  }
  explain(result);
  warn_of_learning(result);
  return result;
}

}  // namespace ssem::advisor
