#include "api/cli/text/goal_report.h"

#include <string>
#include <vector>

#include "api/cli/text/number_format.h"

namespace ssem::api::cli {
namespace {

std::string range_text(const advisor::ExpectedInTraining& expected) {
  return short_number(expected.low) + " to " + short_number(expected.high);
}

void add_choices(Report& report, const std::vector<advisor::Choice>& choices) {
  if (choices.empty()) return;
  report.heading("What are the embeddings for? Nobody said (--goal): three choices");
  std::vector<std::vector<std::string>> rows;
  for (const advisor::Choice& choice : choices) {
    std::string goals;
    for (const advisor::Goal goal : choice.good_for) goals += (goals.empty() ? "" : ", ") + std::string(name(goal));
    rows.push_back({short_number(choice.loss_weight), short_number(choice.temperature),
                    measured_number(choice.expected.within_class_variance), range_text(choice.expected), goals});
  }
  report.table({"loss weight", "temperature", "variance in training", "between", "goal"}, rows);
}

}  // namespace

void add_expected(Report& report, const advisor::Evaluation& evaluation) {
  if (!evaluation.expected_in_training) return;
  const advisor::ExpectedInTraining& expected = *evaluation.expected_in_training;
  report.heading("Expected in training");
  report.row("within-class variance", short_number(expected.within_class_variance),
             "usually " + range_text(expected) + "; at the loss's optimum " +
                 short_number(evaluation.within_class_variance.value_or(0)));
  report.sentence("Why: " + expected.basis + ".");
}

void add_goals(Report& report, const advisor::Recommendation& recommendation) {
  add_choices(report, recommendation.choices);
  if (recommendation.outlooks.empty()) return;
  report.heading("What this point means");
  for (const advisor::GoalOutlook& outlook : recommendation.outlooks) {
    report.sentence("For " + std::string(advisor::evidence_for(outlook.goal).title) + " (--goal " +
                    std::string(name(outlook.goal)) + ", evidence " + std::string(name(outlook.strength)) +
                    "): " + outlook.gain);
  }
}

}  // namespace ssem::api::cli
