#include "api/cli/text/brief_report.h"

#include <algorithm>
#include <cmath>

#include "api/cli/text/command_lines.h"
#include "api/cli/text/evaluation_report.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/recommendation_report.h"
#include "api/cli/text/report.h"

namespace ssem::api::cli {
namespace {

using advisor::Evaluation;

std::string by_class(const Evaluation& evaluation) {
  const auto by_threshold = [](const auto& left, const auto& right) {
    return left.loss_weight_threshold < right.loss_weight_threshold;
  };
  const auto [lowest, highest] =
      std::minmax_element(evaluation.per_class.begin(), evaluation.per_class.end(), by_threshold);
  return "the classes collapse at loss weights up to " + short_number(lowest->loss_weight_threshold) + " to " +
         short_number(highest->loss_weight_threshold) + " at this temperature.";
}

std::string by_temperature(const Evaluation& evaluation) {
  const double threshold = evaluation.temperature_threshold;
  if (threshold == 0) return "every temperature collapses here.";
  if (std::isinf(threshold)) return "no temperature collapses here.";
  return "collapse begins at temperature " + short_number(threshold) + "; this one is " +
         short_number(evaluation.temperature) + '.';
}

std::string by_loss_weight(const Evaluation& evaluation) {
  const std::string at = " at temperature " + short_number(evaluation.temperature);
  if (evaluation.one_minus_loss_weight_threshold < 0) return "every loss weight collapses" + at + '.';
  if (evaluation.loss_weight_threshold < 0) return "no loss weight collapses" + at + '.';
  return "collapse ends above loss weight " +
         short_threshold(evaluation.loss_weight_threshold, evaluation.one_minus_loss_weight_threshold) + at +
         "; this one is " + short_number(*evaluation.loss_weight) + '.';
}

std::string why(const Evaluation& evaluation) {
  if (!evaluation.per_class.empty()) return by_class(evaluation);
  const bool own_weight = evaluation.loss_weight && !has_fixed_loss_weight(evaluation.problem.convention);
  return own_weight ? by_loss_weight(evaluation) : by_temperature(evaluation);
}

}  // namespace

BriefReport brief_report(const Evaluation& evaluation) {
  return {evaluation_verdict(evaluation), why(evaluation), !evaluation.collapsed && !evaluation.view_split};
}

BriefReport brief_report(const advisor::Recommendation& recommendation) {
  BriefReport brief{recommendation_verdict(recommendation), "", recommendation.feasible};
  const auto& reasons = recommendation.feasible || recommendation.what_would_help.empty()
                            ? recommendation.why
                            : recommendation.what_would_help;
  brief.why = reasons.empty() ? why(recommendation.evaluation) : reasons.front();
  // Who trains already asks why to change, not how the point was found.
  if (recommendation.you && recommendation.change_to && !recommendation.change_to->why.empty()) {
    brief.why = recommendation.change_to->why.front();
  }
  return brief;
}

std::string brief_text(const BriefReport& brief, const std::string& next_command, const TextStyle& style) {
  const std::string verdict = brief.good ? style.green(brief.verdict) : style.red(brief.verdict);
  return style.bold(verdict) + "\nWhy: " + brief.why + "\nNext: " + next_command + '\n';
}

std::string ending_text(const BriefReport& brief, const NextCommand& next, const TextStyle& style) {
  Report report(style);
  report.heading("Answer");
  report.verdict(brief.verdict, brief.good ? Report::Tone::good : Report::Tone::bad);
  report.heading("Next");
  if (!next.note.empty()) report.sentence(next.note);
  return std::move(report).take() + command_lines(next.text, 2, style.width);
}

}  // namespace ssem::api::cli
