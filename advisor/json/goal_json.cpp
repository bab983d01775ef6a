#include "advisor/json/goal_json.h"

#include <string>
#include <utility>

namespace ssem::advisor::json {

void write(TextWriter& out, const ExpectedInTraining& expected) {
  out.begin_object();
  out.field("within_class_variance", expected.within_class_variance);
  out.field("low", expected.low);
  out.field("high", expected.high);
  out.field("basis", expected.basis);
  out.end_object();
}

namespace {

void write(TextWriter& out, const GoalOutlook& outlook) {
  out.begin_object();
  const GoalEvidence& row = evidence_for(outlook.goal);
  out.field("title", row.title);
  out.field("target_within_class_variance", row.target);
  out.field("gain", outlook.gain);
  out.field("evidence", name(outlook.strength));
  out.field("sources", outlook.sources);
  out.end_object();
}

void write(TextWriter& out, const Choice& choice) {
  out.begin_object();
  out.field("target_within_class_variance", choice.target_within_class_variance);
  out.field("loss_weight", choice.loss_weight);
  out.field("temperature", choice.temperature);
  out.field("within_class_variance", choice.within_class_variance);
  out.key("expected_in_training");
  write(out, choice.expected);
  std::vector<std::string> good_for;
  for (const Goal goal : choice.good_for) good_for.emplace_back(name(goal));
  out.field("good_for", good_for);
  out.end_object();
}

}  // namespace

void write_goals(TextWriter& out, const Recommendation& recommendation) {
  out.key("goals");
  out.begin_object();
  for (const GoalOutlook& outlook : recommendation.outlooks) {
    out.key(name(outlook.goal));
    write(out, outlook);
  }
  out.end_object();
  if (recommendation.choices.empty()) return;
  out.key("choices");
  out.begin_array();
  for (const Choice& choice : recommendation.choices) write(out, choice);
  out.end_array();
}

std::string goals_text() {
  TextWriter out(6000);
  out.begin_object();
  out.key("goals");
  out.begin_array();
  for (const GoalEvidence& row : goals()) {
    out.begin_object();
    out.field("goal", name(row.goal));
    out.field("title", row.title);
    out.field("target_within_class_variance", row.target);
    out.field("evidence", name(row.strength));
    out.field("verdict", row.verdict);
    out.key("experiments");
    out.begin_array();
    for (const Experiment& experiment : row.experiments) {
      out.begin_object();
      out.field("source", experiment.source);
      out.field("measures", experiment.measures);
      out.field("predicted", experiment.predicted);
      out.key("findings");
      out.begin_array();
      for (const Finding& finding : experiment.findings) {
        out.begin_object();
        out.field("within_class_variance", finding.variance);
        out.field("percent", finding.figure);
        out.end_object();
      }
      out.end_array();
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return std::move(out).take();
}

}  // namespace ssem::advisor::json
