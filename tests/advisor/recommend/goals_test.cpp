#include "advisor/goals.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "advisor/recommend/expected_in_training.h"
#include "advisor/recommend/goal_point.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {
namespace {

Problem problem_of(ProblemFields fields) {
  FaultList faults;
  const auto problem = check_problem(fields, faults);
  REQUIRE(faults.empty());
  return *problem;
}

ProblemFields images_of_five_classes() {
  ProblemFields fields;
  fields.classes = 5;
  fields.batch_size = 250;
  fields.dimension = 64;
  fields.sampling = Sampling::balanced;
  return fields;
}

Recommendation for_goal(Goal goal) {
  ProblemFields fields = images_of_five_classes();
  fields.goal = goal;
  RecommendationRequest request;
  request.problem = problem_of(fields);
  return recommend(request);
}

}  // namespace

TEST_CASE("every goal has a name, a title, evidence with a source, and a target between collapse and full spread") {
  std::set<std::string_view> names;
  for (const GoalEvidence& row : goals()) {
    names.insert(name(row.goal));
    CHECK(goal_from(name(row.goal)) == row.goal);
    CHECK_FALSE(row.title.empty());
    CHECK_FALSE(row.verdict.empty());
    REQUIRE_FALSE(row.experiments.empty());
    if (row.target) CHECK((*row.target > 0 && *row.target < 1));
    for (const Experiment& experiment : row.experiments) CHECK_FALSE(experiment.source.empty());
  }
  CHECK(names == std::set<std::string_view>{"same_labels", "fine_labels", "transfer", "retrieval", "foreign_data"});
  CHECK_FALSE(goal_from("everything").has_value());
}

TEST_CASE("an outlook quotes the figures that were measured nearest, and those of collapse") {
  const GoalOutlook far = outlook(evidence_for(Goal::transfer), 0.5);
  CHECK(far.gain.find("91.9 %") != std::string::npos);
  CHECK(far.gain.find("against 87.7 %") != std::string::npos);
  CHECK(far.strength == Strength::medium);
  const GoalOutlook collapsed = outlook(evidence_for(Goal::transfer), 0.0);
  CHECK(collapsed.gain.find("87.7 %") != std::string::npos);
  CHECK(collapsed.gain.find("against") == std::string::npos);
  CHECK(outlook(evidence_for(Goal::foreign_data), 0.3).strength == Strength::weak);
}

TEST_CASE("what encoders are expected to deliver is what they delivered") {
  // Measured on training images (tests/bench/advice/results.jsonl): small CNN, Fashion-MNIST and MNIST.
  struct Run {
    double loss_weight, temperature, fashion, mnist;
  };
  const Problem problem = problem_of(images_of_five_classes());
  for (const Run& run : {Run{0.08, 0.15, 0.093, 0.059}, Run{0.16, 0.15, 0.142, 0.123}, Run{0.3, 0.15, 0.350, 0.419},
                         Run{0.5, 0.15, 0.619, 0.630}, Run{0.16, 0.1, 0.099, 0.093}, Run{0.3, 0.1, 0.230, 0.291}}) {
    CAPTURE(run.loss_weight);
    CAPTURE(run.temperature);
    const auto expected = expected_in_training(problem, run.loss_weight, run.temperature);
    REQUIRE(expected.has_value());
    const double optimum = *evaluate({problem, run.loss_weight, run.temperature}).within_class_variance;
    for (const double measured : {run.fashion, run.mnist}) {
      CHECK(std::abs(expected->within_class_variance - measured) < 0.08);
      CHECK(expected->low - 0.02 < measured);
      CHECK(measured < expected->high + 0.02);
      CHECK(expected->high - expected->low >= 2 * kRunScatter);
      // Better than the optimum wherever that is off by more than this.
      if (std::abs(optimum - measured) > 0.1) {
        CHECK(std::abs(expected->within_class_variance - measured) < std::abs(optimum - measured));
      }
    }
  }
}

TEST_CASE("expectations lie in order, rise with the loss weight, and turn round") {
  const Problem problem = problem_of(images_of_five_classes());
  double before = 0;
  for (const double loss_weight : {0.05, 0.1, 0.2, 0.4, 0.7}) {
    const auto expected = expected_in_training(problem, loss_weight, 0.15);
    REQUIRE(expected.has_value());
    CHECK(expected->low <= expected->within_class_variance);
    CHECK(expected->within_class_variance <= expected->high);
    CHECK(expected->within_class_variance > before);
    before = expected->within_class_variance;
    CHECK(VarianceInTraining::of(problem)->loss_weight_for(before, 0.15) == doctest::Approx(loss_weight).epsilon(1e-4));
  }
}

TEST_CASE("nothing is expected where there is no estimate") {
  ProblemFields fields = images_of_five_classes();
  fields.dimension = 3;
  CHECK_FALSE(expected_in_training(problem_of(fields), 0.3, 0.1).has_value());
  fields = images_of_five_classes();
  fields.convention = Convention::supcon;
  CHECK_FALSE(expected_in_training(problem_of(fields), 0.3, 0.1).has_value());
}

TEST_CASE("a goal's point is expected to deliver the goal's variance, at a temperature at which encoders train") {
  for (const Goal goal : {Goal::fine_labels, Goal::transfer, Goal::retrieval}) {
    CAPTURE(name(goal));
    const Recommendation answer = for_goal(goal);
    REQUIRE(answer.feasible);
    REQUIRE(answer.evaluation.expected_in_training.has_value());
    CHECK(answer.evaluation.expected_in_training->within_class_variance ==
          doctest::Approx(*evidence_for(goal).target).epsilon(1e-3));
    CHECK(*answer.evaluation.within_class_variance != answer.evaluation.expected_in_training->within_class_variance);
    CHECK(answer.evaluation.temperature >= kLowestTrainedTemperature);
    CHECK(answer.evaluation.temperature <= kHighestTrainedTemperature);
    CHECK(answer.choices.empty());
  }
}

TEST_CASE("a goal's temperature is the customary one until that would need more than three quarters of loss weight") {
  CHECK(for_goal(Goal::transfer).evaluation.temperature == kCustomaryTemperature);
  ProblemFields many = images_of_five_classes();
  many.classes = 20;
  const auto training = VarianceInTraining::of(problem_of(many));
  REQUIRE(training.has_value());
  RecommendationRequest request;
  request.problem = problem_of(many);
  bool moved = false;
  for (double variance = 0.1; variance < 0.6; variance += 0.05) {
    CAPTURE(variance);
    const auto chosen = point_in_training(request, variance);
    REQUIRE(chosen.has_value());
    const double customary = training->loss_weight_for(variance, kCustomaryTemperature);
    if (customary <= kMostLossWeight) {
      CHECK(chosen->temperature == kCustomaryTemperature);
      CHECK(chosen->loss_weight == doctest::Approx(customary));
    } else {
      moved = true;
      CHECK(chosen->temperature > kCustomaryTemperature);
      CHECK(chosen->loss_weight < customary);
      CHECK(training->usual(chosen->loss_weight, chosen->temperature) == doctest::Approx(variance).epsilon(1e-3));
    }
  }
  CHECK(moved);
}

TEST_CASE("other points and other libraries' lines have the variance that a goal's point has at the optimum") {
  const Recommendation answer = for_goal(Goal::transfer);
  const double variance = *answer.evaluation.within_class_variance;
  REQUIRE_FALSE(answer.alternatives.empty());
  for (const Alternative& other : answer.alternatives) CHECK(other.within_class_variance == doctest::Approx(variance));
  std::size_t converted = 0;
  for (const Snippet& line : answer.what_to_type) {
    if (!line.possible || line.convention != Convention::anchor_included) continue;
    ProblemFields fields = images_of_five_classes();
    fields.convention = line.convention;
    fields.reduction = Reduction::pair_mean;
    const Evaluation there = evaluate({problem_of(fields), line.loss_weight, line.temperature});
    CHECK(*there.within_class_variance == doctest::Approx(variance).epsilon(1e-3));
    ++converted;
  }
  CHECK(converted == 1);
  CHECK(for_goal(Goal::same_labels).alternatives.empty());
}

TEST_CASE("for the same labels and for foreign data collapse is the answer, with the views together") {
  for (const Goal goal : {Goal::same_labels, Goal::foreign_data}) {
    const Recommendation answer = for_goal(goal);
    CHECK(answer.feasible);
    CHECK(answer.evaluation.collapsed);
    CHECK_FALSE(answer.evaluation.view_split);
    CHECK(answer.target_within_class_variance == 0);
    CHECK(answer.why.front().find("Plain SupCon is the ") != std::string::npos);
  }
}

TEST_CASE("an unknown goal keeps the default and gets three choices, which differ in what they are good for") {
  const Recommendation answer = for_goal(Goal::unknown);
  CHECK(answer.target_within_class_variance == kDefaultTargetWithinClassVariance);
  REQUIRE(answer.choices.size() == 3);
  std::set<Goal> goals_of_all;
  double before = 0;
  for (const Choice& choice : answer.choices) {
    CHECK(choice.expected.within_class_variance == doctest::Approx(choice.target_within_class_variance).epsilon(1e-3));
    CHECK(choice.loss_weight > before);
    before = choice.loss_weight;
    goals_of_all.insert(choice.good_for.begin(), choice.good_for.end());
  }
  CHECK(goals_of_all.size() == goals().size());
  CHECK(answer.outlooks.size() == goals().size());
}

TEST_CASE("a target that is given wins over the goal") {
  ProblemFields fields = images_of_five_classes();
  fields.goal = Goal::same_labels;
  RecommendationRequest request;
  request.problem = problem_of(fields);
  request.target_within_class_variance = 0.3;
  const Recommendation answer = recommend(request);
  CHECK(answer.target_within_class_variance == 0.3);
  CHECK(*answer.evaluation.within_class_variance == doctest::Approx(0.3));
}

}  // namespace ssem::advisor
