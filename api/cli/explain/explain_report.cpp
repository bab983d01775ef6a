#include "api/cli/explain/explain_report.h"

#include <cmath>

#include "advisor/explain/words.h"
#include "advisor/numeric/number_text.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/report.h"

namespace ssem::api::cli {
namespace {

using advisor::Explanation;
using advisor::State;
using advisor::StateRow;

constexpr double kShown = 0.005;

std::string percent(double share) {
  if (share < kShown) return "0 %";
  return short_number(std::round(100 * share)) + " %";
}

std::string conditions(const StateRow& row) {
  std::string text;
  for (const auto& other : row.others) text += (text.empty() ? "" : ", ") + advisor::setting_in_words(other);
  return text.empty() ? "as said" : text;
}

std::string verdict(const Explanation& explanation) {
  const std::string value = advisor::number_text(explanation.loss_value, 5);
  if (explanation.most_likely == State::unclear) return "A loss of " + value + " is not clearly one state.";
  const std::string at = explanation.curve ? "The curve ends at " + value : "A loss of " + value;
  return at + ": " + in_words(explanation.most_likely) + '.';
}

// Of the ladder, which is always shown; an optimum without likelihood is the row of collapse again.
bool is_rung(const StateRow& row) {
  if (row.state == State::optimum && row.likelihood == 0) return false;
  const State state = row.state;
  return row.others.empty() && (state == State::initialisation || state == State::all_equal ||
                                state == State::collapsed || state == State::optimum);
}

bool is_good(State state) {
  return state == State::optimum || state == State::learning || state == State::initialisation;
}

void add_curve(Report& report, const Explanation& explanation) {
  if (!explanation.curve) return;
  const advisor::CurveReading& curve = *explanation.curve;
  const auto place = [](const advisor::LoggedPoint& point) {
    return advisor::number_text(point.value, 5) + " at step " + advisor::number_text(point.step, 12);
  };
  const auto state = [](State each) {
    return each == State::unclear ? std::string("no state of its own") : in_words(each);
  };
  report.heading("The curve");
  report.row("points", std::to_string(curve.course.points));
  report.row("start", place(curve.course.start), state(curve.start));
  report.row("end", place(curve.course.end), state(curve.end));
  for (const advisor::Crossing& crossing : curve.crossed) {
    report.row("fell below " + short_number(crossing.value), "at step " + advisor::number_text(crossing.step, 12),
               in_words(crossing.level));
  }
  if (curve.course.still_since) {
    report.row("stands still since", "step " + advisor::number_text(*curve.course.still_since, 12));
  } else {
    report.row("stands still", curve.course.stands_still ? "yes" : "no");
  }
}

}  // namespace

BriefReport brief_report(const Explanation& explanation) {
  return {verdict(explanation), explanation.why.empty() ? "" : explanation.why.front(),
          is_good(explanation.most_likely)};
}

std::string explanation_report(const Explanation& explanation, const TextStyle& style) {
  Report report(style);
  report.verdict(verdict(explanation), is_good(explanation.most_likely) ? Report::Tone::good : Report::Tone::bad);
  report.heading("Why");
  for (const std::string& sentence : explanation.why) report.sentence(sentence);
  report.heading("What to look at");
  for (const std::string& sentence : explanation.next) report.sentence(sentence);
  add_curve(report, explanation);
  if (explanation.states.size() > 1) {
    report.heading("What it was compared with");
    std::vector<std::vector<std::string>> rows;
    for (const StateRow& row : explanation.states) {
      const bool of_course = row.state == State::stuck || row.state == State::learning || row.state == State::diverged;
      if (of_course || (row.likelihood < kShown && !is_rung(row))) continue;
      rows.push_back({in_words(row.state), advisor::number_text(row.expected, 5),
                      advisor::number_text(row.difference, 3), percent(row.likelihood), conditions(row)});
    }
    report.table({"state", "loss", "difference", "likelihood", "with"}, rows);
  }
  if (!explanation.assumed.empty()) {
    report.heading("Taken for granted");
    for (const advisor::Assumption& assumption : explanation.assumed) report.sentence(assumption.why);
  }
  return std::move(report).take();
}

}  // namespace ssem::api::cli
