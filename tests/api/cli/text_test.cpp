#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "api/cli/text/brief_report.h"
#include "api/cli/text/evaluation_report.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/recommendation_report.h"
#include "api/cli/text/report.h"
#include "api/cli/text/table.h"
#include "api/cli/text/text_style.h"
#include "tests/advisor/problems.h"

namespace ssem::api::cli {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

advisor::Evaluation evaluation() {
  advisor::Evaluation result;
  result.problem.classes = 10;
  result.problem.batch_size = 512;
  result.problem.instances_per_class = 51;
  result.problem.classes_per_batch = 10;
  result.loss_weight = 0.5;
  result.temperature = 0.1;
  result.loss_weight_threshold = 0.01;
  result.one_minus_loss_weight_threshold = 0.99;
  result.temperature_threshold = 0.47;
  result.within_class_variance = 0.449;
  result.max_within_class_variance = 0.982;
  return result;
}

}  // namespace

TEST_CASE("numbers are short and infinity is a word") {
  CHECK(short_number(0.13656) == "0.1366");
  CHECK(short_number(512) == "512");
  CHECK(short_number(9999.7) == "10,000");
  CHECK(short_number(15'312.4) == "15,310");
  CHECK(short_number(-1234567) == "-1,235,000");
  CHECK(short_number(-0.0) == "0");
  CHECK(short_number(2e-9) == "2e-09");
  CHECK(short_number(1e20) == "1e+20");
  CHECK(measured_number(-1.858e-08) == "0");
  CHECK(measured_number(2e-6) == "2e-06");
  CHECK(short_number(kInf) == "infinite");
  CHECK(short_number(std::nan("")) == "not a number");
  CHECK(short_threshold(0.25, 0.75) == "0.25");
  CHECK(short_threshold(1 - 2e-9, 2e-9) == "1 - 2e-09");
}

TEST_CASE("text wraps at spaces within the width and keeps every word") {
  const std::string text = "one two three four five six seven eight nine ten eleven twelve thirteen";
  const std::string lines = wrap("  - ", text, 40);
  std::istringstream stream(lines);
  std::string joined;
  for (std::string line; std::getline(stream, line);) {
    CHECK(line.size() <= 40);
    CHECK((line.rfind("  - ", 0) == 0 || line.rfind("    ", 0) == 0));
    joined += (joined.empty() ? "" : " ") + line.substr(4);
  }
  CHECK(joined == text);
}

TEST_CASE("a word longer than the line stands alone, uncut") {
  const std::string word(90, 'x');
  CHECK(wrap("", word + " end", 40) == word + "\nend\n");
  CHECK(wrap("  ", "", 40) == "  \n");
  CHECK(contains(wrap("", "a " + word, 0), word));
}

TEST_CASE("colour is absent unless asked for") {
  const TextStyle plain;
  CHECK(plain.bold("x") == "x");
  TextStyle coloured;
  coloured.colour = true;
  CHECK(coloured.red("x") == "\x1b[31mx\x1b[0m");
  CHECK_FALSE(contains(evaluation_report(evaluation(), plain), "\x1b"));
  CHECK(contains(evaluation_report(evaluation(), coloured), "\x1b[32m"));
}

TEST_CASE("tables align their columns, numbers to the right") {
  Report report{TextStyle{}};
  report.table({"name", "value"}, {{"a", "1"}, {"longer", "12345678"}});
  CHECK(std::move(report).take() ==
        "  name    value\n"
        "  a              1\n"
        "  longer  12345678\n");
}

TEST_CASE("the first line of an evaluation is the verdict") {
  const auto first_line = [](const std::string& report) { return report.substr(0, report.find('\n')); };
  TextStyle wide;
  wide.width = 200;
  CHECK(
      first_line(evaluation_report(evaluation(), wide)) ==
      "No collapse at loss weight 0.5 (weight of the self-supervised term) and temperature 0.1: within-class variance "
      "0.449 of at most 0.982.");
  advisor::Evaluation collapsed = evaluation();
  collapsed.collapsed = true;
  CHECK(first_line(evaluation_report(collapsed, wide)).rfind("Class collapse at loss weight 0.5", 0) == 0);
  advisor::Evaluation split = evaluation();
  split.view_split = true;
  CHECK(contains(first_line(evaluation_report(split, wide)), "but the views of one image drift apart"));
  advisor::Evaluation imbalanced = evaluation();
  imbalanced.problem.class_counts = {50, 5};
  imbalanced.per_class = {{0, 50, 25, 0.1, false, 0.4}, {1, 5, 2.5, 0.6, true, {}}};
  CHECK(first_line(evaluation_report(imbalanced, wide)).rfind("1 of 2 classes collapse", 0) == 0);
}

TEST_CASE("one image of each class is no class collapse") {
  const advisor::Problem problem = advisor::test::balanced(8, 1);
  const std::string report = evaluation_report(advisor::evaluate({problem, 1.0, 0.1}), TextStyle{});
  CHECK_FALSE(contains(report, "Class collapse"));
  CHECK(contains(report, "labels play no part"));
}

TEST_CASE("a loss without a loss weight has no margins to read") {
  advisor::Problem problem =
      advisor::test::with_batch(100, 256, advisor::Convention::supcon, advisor::Sampling::random);
  const std::string report = evaluation_report(advisor::evaluate({problem, std::nullopt, 0.07}), TextStyle{});
  CHECK(contains(report, "always"));
  CHECK_FALSE(contains(report, "margin"));
  CHECK_FALSE(contains(report, "up to"));
  const std::string advice = recommendation_report(advisor::recommend({problem, {}, {}, {}}), TextStyle{});
  CHECK_FALSE(contains(advice, "0.25"));
  CHECK(contains(advice, "whatever a batch holds"));
}

TEST_CASE("thresholds that cannot be crossed are said in words") {
  advisor::Evaluation always = evaluation();
  always.loss_weight_threshold = 1.2;
  always.one_minus_loss_weight_threshold = -0.2;
  always.temperature_threshold = 0;
  CHECK(contains(evaluation_report(always, {}), "no loss weight avoids it"));
  CHECK(contains(evaluation_report(always, {}), "no temperature avoids it"));
  advisor::Evaluation never = evaluation();
  never.temperature_threshold = kInf;
  CHECK(contains(evaluation_report(never, {}), "none          at this loss weight"));
}

TEST_CASE("a table too wide for the line breaks its titles, and becomes sentences where that is not enough") {
  const std::vector<std::string> titles{"loss weight", "log-temperature margin"};
  TextStyle style;
  style.width = 30;
  CHECK(table_text(titles, {{"0.7", "2.25"}}, style) ==
        "  loss    log-temperature\n"
        "  weight  margin\n"
        "     0.7             2.25\n");
  style.width = 24;
  CHECK(table_text(titles, {{"0.7", "2.25"}}, style) ==
        "  - loss weight 0.7,\n"
        "    log-temperature\n"
        "    margin 2.25\n");
  CHECK(table_text({"", "predicted"}, {{"similarity between", "no"}}, style) ==
        "  - similarity between:\n"
        "    predicted no\n");
}

TEST_CASE("a label longer than its column does not run into its value") {
  Report report{TextStyle{}};
  report.row("within-class variance of training images", "0.3", "");
  CHECK(std::move(report).take() == "  within-class variance of training images  0.3\n");
}

TEST_CASE("a narrow report puts values and notes below what they belong to") {
  TextStyle style;
  style.width = 40;
  Report report(style);
  report.row("  temperature", "0.1");
  report.row("collapses at loss weight up to", "0.0129", "weight of the self-supervised term");
  CHECK(std::move(report).take() ==
        "  temperature: 0.1\n"
        "  collapses at loss weight up to: 0.0129\n"
        "      weight of the self-supervised term\n");
}

TEST_CASE("a threshold that nothing lies beyond is said in words and not as a negative number") {
  advisor::Evaluation split = evaluation();
  split.view_split_loss_weight = -0.0521;
  CHECK_FALSE(contains(evaluation_report(split, {}), "0.0521"));
  CHECK(contains(evaluation_report(split, {}), "views drift apart at loss weight      none"));
  split.loss_weight_threshold = -0.2;
  split.one_minus_loss_weight_threshold = 1.2;
  CHECK_FALSE(contains(evaluation_report(split, {}), "-0.2"));
}

TEST_CASE("who trains already reads in the second line why to change, not how the point was found") {
  advisor::Recommendation answer;
  answer.evaluation = evaluation();
  answer.why = {"Because the curve is flat there."};
  answer.you = evaluation();
  answer.change_to = advisor::ChangeTo();
  answer.change_to->why = {"You: SupCon: every class collapses."};
  CHECK(contains(brief_text(brief_report(answer), "x", {}), "\nWhy: You: SupCon: every class collapses.\n"));
}

TEST_CASE("three lines say the answer, why and what to type next") {
  const std::string text = brief_text(brief_report(evaluation()), "ssem next", {});
  CHECK(text ==
        evaluation_verdict(evaluation()) +
            "\nWhy: collapse ends above loss weight 0.01 at temperature 0.1; this one is 0.5.\nNext: ssem next\n");
  advisor::Recommendation unreachable;
  unreachable.evaluation = evaluation();
  unreachable.why = {"Because."};
  unreachable.what_would_help = {"A larger batch."};
  CHECK(contains(brief_text(brief_report(unreachable), "x", {}), "\nWhy: A larger batch.\n"));
  unreachable.feasible = true;
  CHECK(contains(brief_text(brief_report(unreachable), "x", {}), "\nWhy: Because.\n"));
}

TEST_CASE("a report keeps to its width, code excepted") {
  advisor::Recommendation recommendation;
  recommendation.evaluation = evaluation();
  recommendation.why = {std::string("A rule that takes many words to be said, ") + "again and again, " +
                        "until no terminal has room for it in a single line, and then some."};
  recommendation.evaluation.warnings.push_back({"code", recommendation.why.front()});
  const std::string code = "loss = " + std::string(150, 'x');
  recommendation.what_to_type.push_back({"PyTorch", code + "\nsecond", {}, 0.5, 0.1, "note"});
  for (const int width : {40, 60, 80, 120}) {
    TextStyle style;
    style.width = width;
    const std::string report = recommendation_report(recommendation, style);
    CHECK(contains(report, code + "\n      second\n"));
    std::istringstream lines(report);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK((line.size() <= static_cast<std::size_t>(width) || contains(line, code)));
      CHECK((line.empty() || line.back() != ' '));
    }
  }
}

TEST_CASE("an unreachable target is said first and what would help follows") {
  advisor::Recommendation recommendation;
  recommendation.evaluation = evaluation();
  recommendation.target_within_class_variance = 0.99;
  recommendation.what_would_help = {"A larger batch."};
  const std::string report = recommendation_report(recommendation, {});
  CHECK(report.rfind("Within-class variance 0.99 cannot be reached", 0) == 0);
  CHECK(contains(report, "What would make it reachable\n  - A larger batch.\n"));
}

}  // namespace ssem::api::cli
