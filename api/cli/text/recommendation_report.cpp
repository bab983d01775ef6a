#include "api/cli/text/recommendation_report.h"

#include "api/cli/text/evaluation_report.h"
#include "api/cli/text/goal_report.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/shared_sections.h"

namespace ssem::api::cli {
namespace {

using advisor::Recommendation;

void add_sentences(Report& report, const char* heading, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return;
  report.heading(heading);
  for (const std::string& sentence : sentences) report.sentence(sentence);
}

void add_point(Report& report, const Recommendation& recommendation) {
  const advisor::Evaluation& evaluation = recommendation.evaluation;
  report.heading(recommendation.feasible ? "Recommended" : "Nearest reachable point");
  if (evaluation.loss_weight) {
    report.row("loss weight", short_number(*evaluation.loss_weight), "weight of the self-supervised term");
  }
  report.row("temperature", short_number(evaluation.temperature));
  report.row("target within-class variance", short_number(recommendation.target_within_class_variance));
}

void add_snippets(Report& report, const Recommendation& recommendation) {
  if (recommendation.what_to_type.empty()) return;
  report.heading("What to type");
  for (const advisor::Snippet& snippet : recommendation.what_to_type) {
    report.sentence(snippet.library + " (" + std::string(name(snippet.convention)) + ", loss weight " +
                    short_number(snippet.loss_weight) + ", temperature " + short_number(snippet.temperature) + ")" +
                    (snippet.note.empty() ? "" : ": " + snippet.note) +
                    (snippet.possible ? "" : " --json prints them."));
    if (snippet.possible) report.code(snippet.code);
  }
}

// Who named a library has its lines under "Change to".
bool shows_own_lines_only(const Recommendation& recommendation) {
  return recommendation.change_to && !has_fixed_loss_weight(recommendation.evaluation.problem.convention);
}

void add_alternatives(Report& report, const Recommendation& recommendation) {
  if (recommendation.alternatives.empty()) return;
  report.heading("Other points with the same within-class variance");
  std::vector<std::vector<std::string>> rows;
  rows.reserve(recommendation.alternatives.size());
  for (const advisor::Alternative& other : recommendation.alternatives) {
    rows.push_back({short_number(other.loss_weight), short_number(other.temperature),
                    measured_number(other.within_class_variance), short_number(other.margin.loss_weight_logit),
                    short_number(other.margin.log_temperature)});
  }
  report.table({"loss weight", "temperature", "variance", "logit margin", "log-temperature margin"}, rows);
}

void add_plain_supcon(Report& report, const Recommendation& recommendation) {
  report.heading("Plain SupCon in this batch");
  const advisor::Problem& problem = recommendation.evaluation.problem;
  if (problem.imbalanced() || problem.sampling == advisor::Sampling::random) {
    // Every anchor has its own loss weight; a mean would be read against thresholds.
    report.row("acts like loss weight", "one that varies", "and collapses, whatever a batch holds");
    return;
  }
  report.row("acts like loss weight", short_number(recommendation.plain_supcon_loss_weight),
             recommendation.plain_supcon_collapses ? "and collapses" : "and does not collapse");
}

}  // namespace

std::string recommendation_verdict(const Recommendation& recommendation) {
  const std::string point = point_text(recommendation.evaluation);
  if (recommendation.you && recommendation.change_to) {
    const advisor::ChangeTo& change = *recommendation.change_to;
    return "You: " + std::string(recommendation.you->collapsed ? "collapsed" : "not collapsed") +
           (change.needed ? ". Change to" : ". The advice would be") + " loss weight " +
           short_number(change.loss_weight) + " (of the self-supervised term) and temperature " +
           short_number(change.temperature) + ".";
  }
  if (recommendation.feasible) {
    return "Train with " + point + ", for " + batch_in_words(recommendation.evaluation.problem) + ".";
  }
  return "Within-class variance " + short_number(recommendation.target_within_class_variance) +
         " cannot be reached; the nearest point is " + point + ".";
}

std::string recommendation_report(const Recommendation& recommendation, const TextStyle& style) {
  Report report(style);
  report.verdict(recommendation_verdict(recommendation),
                 recommendation.feasible ? Report::Tone::good : Report::Tone::bad);
  if (recommendation.change_to) {
    add_sentences(report, "You", recommendation.change_to->why);
    report.heading("Change to");
    if (!recommendation.change_to->note.empty()) report.sentence(recommendation.change_to->note);
    report.code(recommendation.change_to->code);
    if (shows_own_lines_only(recommendation)) report.sentence("--json has the lines for other libraries.");
  }
  add_assumed(report, recommendation.evaluation.assumed);
  add_point(report, recommendation);
  add_expected(report, recommendation.evaluation);
  add_sentences(report, "Why", recommendation.why);
  add_sentences(report, "What would make it reachable", recommendation.what_would_help);
  add_warnings(report, recommendation.evaluation);
  add_prediction(report, recommendation.evaluation);
  add_plain_supcon(report, recommendation);
  add_goals(report, recommendation);
  add_alternatives(report, recommendation);
  if (!shows_own_lines_only(recommendation)) add_snippets(report, recommendation);
  add_numerics(report, recommendation.numerics);
  add_problem(report, recommendation.evaluation.problem);
  return std::move(report).take();
}

}  // namespace ssem::api::cli
