#include "api/cli/text/recommendation_report.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "api/cli/text/evaluation_report.h"
#include "api/cli/text/goal_report.h"
#include "api/cli/text/number_format.h"

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

std::string value_text(const advisor::Assumption& assumption) {
  if (const auto* text = std::get_if<std::string>(&assumption.value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&assumption.value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&assumption.value)) {
    return std::isinf(*number) ? "without end" : short_number(*number);
  }
  return std::get<bool>(assumption.value) ? "true" : "false";
}

void add_assumed(Report& report, const advisor::Evaluation& evaluation) {
  if (evaluation.assumed.empty()) return;
  report.heading("Assumed, because no flag says otherwise");
  for (const advisor::Assumption& each : evaluation.assumed) {
    std::string flag = "--" + each.field;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::string sentence = flag + " " + value_text(each) + ": " + each.why;
    if (each.otherwise) {
      sentence += " With " + each.otherwise->value + " the answer is loss weight " +
                  short_number(each.otherwise->loss_weight) + " at temperature " +
                  short_number(each.otherwise->temperature) + ".";
    }
    report.sentence(sentence);
  }
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

std::size_t position_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  const auto position = static_cast<std::size_t>(found - names.begin());
  if (found == names.end()) names.push_back(name);
  return position;
}

// A row for each library, a column for each dtype.
void add_numerics(Report& report, const Recommendation& recommendation) {
  if (recommendation.numerics.empty()) return;
  std::vector<std::string> titles{"library"};
  std::vector<std::string> libraries;
  std::vector<std::vector<std::string>> rows;
  for (const advisor::NumericLimit& limit : recommendation.numerics) {
    const std::size_t column = position_of(titles, limit.dtype);
    const std::size_t row = position_of(libraries, limit.library);
    if (row == rows.size()) rows.push_back({limit.library});
    if (rows[row].size() <= column) rows[row].resize(column + 1, "?");
    rows[row][column] = short_number(limit.lowest_safe_temperature);
  }
  report.heading("Lowest temperature that is safe in floating point");
  report.table(titles, rows);
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
  add_assumed(report, recommendation.evaluation);
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
  add_numerics(report, recommendation);
  add_problem(report, recommendation.evaluation.problem);
  return std::move(report).take();
}

}  // namespace ssem::api::cli
