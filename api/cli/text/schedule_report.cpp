#include "api/cli/text/schedule_report.h"

#include <vector>

#include "advisor/recommend/schedule/schedule_lines.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/report.h"

namespace ssem::api::cli {
namespace {

using advisor::ScheduleEvaluation;

bool keeps_apart(const ScheduleEvaluation& evaluation) {
  return evaluation.collapsed_share == 0 && !evaluation.points.back().collapsed;
}

std::string schedule_verdict(const ScheduleEvaluation& evaluation) {
  if (keeps_apart(evaluation)) return "No temperature of the schedule collapses the classes.";
  const std::string share = short_number(100 * evaluation.collapsed_share) + " % of the schedule";
  return evaluation.points.back().collapsed ? "Classes collapse over " + share + ", its end among it."
                                            : "Classes collapse over " + share + ", but not at its end.";
}

}  // namespace

BriefReport brief_report(const ScheduleEvaluation& evaluation) {
  return {schedule_verdict(evaluation), evaluation.why.front(), keeps_apart(evaluation)};
}

std::string schedule_report(const ScheduleEvaluation& evaluation, const TextStyle& style) {
  Report report(style);
  report.verdict(schedule_verdict(evaluation), keeps_apart(evaluation) ? Report::Tone::good : Report::Tone::bad);
  report.heading("Why");
  for (const std::string& sentence : evaluation.why) report.sentence(sentence);
  if (!evaluation.warnings.empty()) {
    report.heading("Warnings");
    for (const advisor::Warning& warning : evaluation.warnings) report.warning(warning.message);
  }
  report.heading("On the way");
  std::vector<std::vector<std::string>> rows;
  for (const advisor::SchedulePoint& point : evaluation.points) {
    rows.push_back({short_number(point.at.step), short_number(point.at.temperature),
                    short_number(point.loss_weight_threshold), point.collapsed ? "collapses" : "stays apart",
                    point.within_class_variance ? measured_number(*point.within_class_variance) : "?",
                    point.loss_value ? short_number(*point.loss_value) : "?"});
  }
  report.table({"step", "temperature", "threshold", "state", "variance", "loss"}, rows);
  for (const advisor::TypedSchedule& lines : advisor::schedule_lines(evaluation.asked.schedule)) {
    report.heading("What to type: " + lines.library);
    report.code(lines.code);
  }
  return std::move(report).take();
}

}  // namespace ssem::api::cli
