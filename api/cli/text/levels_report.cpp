#include "api/cli/text/levels_report.h"

#include <algorithm>
#include <vector>

#include "api/cli/text/number_format.h"
#include "api/cli/text/report.h"

namespace ssem::api::cli {
namespace {

using advisor::LevelsEvaluation;
using advisor::LevelState;

bool all_apart(const LevelsEvaluation& evaluation) {
  return std::none_of(evaluation.levels.begin(), evaluation.levels.end(),
                      [](const LevelState& level) { return level.members_collapsed; });
}

std::string levels_verdict(const LevelsEvaluation& evaluation) {
  std::string point = "temperature " + short_number(evaluation.asked.temperature);
  if (evaluation.asked.loss_weight) {
    point = "loss weight " + short_number(*evaluation.asked.loss_weight) + ", " + point;
  }
  if (all_apart(evaluation)) return "Every level stays apart (" + point + ").";
  std::string collapsed;
  for (std::size_t i = 0; i < evaluation.levels.size(); ++i) {
    if (!evaluation.levels[i].members_collapsed) continue;
    collapsed += (collapsed.empty() ? "" : " and ") +
                 std::string(i == 0 ? "the images inside the " : "the classes inside the ") +
                 short_number(static_cast<double>(evaluation.levels[i].classes));
  }
  return "Collapse: " + collapsed + " fall together (" + point + ").";
}

}  // namespace

BriefReport brief_report(const LevelsEvaluation& evaluation) {
  return {levels_verdict(evaluation), evaluation.why.front(), all_apart(evaluation)};
}

std::string levels_report(const LevelsEvaluation& evaluation, const TextStyle& style) {
  Report report(style);
  report.verdict(levels_verdict(evaluation), all_apart(evaluation) ? Report::Tone::good : Report::Tone::bad);
  report.heading("Why");
  for (const std::string& sentence : evaluation.why) report.sentence(sentence);
  if (!evaluation.warnings.empty()) {
    report.heading("Warnings");
    for (const advisor::Warning& warning : evaluation.warnings) report.warning(warning.message);
  }
  report.heading("Level by level, the finest first");
  std::vector<std::vector<std::string>> rows;
  for (const LevelState& level : evaluation.levels) {
    rows.push_back({short_number(static_cast<double>(level.classes)), short_number(level.value),
                    level.members_collapsed ? "fall together" : "stay apart", measured_number(level.members_variance),
                    measured_number(level.within_class_variance), measured_number(level.similarity),
                    level.loss_weight_threshold ? short_number(*level.loss_weight_threshold) : "-"});
  }
  const std::string value(advisor::name(evaluation.asked.label_levels.kind));
  report.table({"classes", value, "members", "their variance", "within a class", "cosine", "threshold"}, rows);
  report.sentence(
      "Members are images on the finest level, the finer classes above it. Between the classes of the "
      "last level: variance " +
      measured_number(evaluation.between_class_variance) +
      ". Loss at the optimum: " + short_number(evaluation.loss_value) + ".");
  return std::move(report).take();
}

}  // namespace ssem::api::cli
