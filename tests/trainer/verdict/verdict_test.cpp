#include "trainer/verdict/verdict.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "advisor/evaluation.h"
#include "tests/support/doctest_beside_torch.h"
#include "tests/trainer/embeddings/recorded_events.h"
#include "trainer/embeddings/embeddings_run.h"
#include "trainer/measure/geometry.h"

namespace ssem::trainer {
namespace {

advisor::Problem problem_of(const advisor::ProblemFields& fields) {
  FaultList faults;
  const auto problem = advisor::check_problem(fields, faults);
  REQUIRE(faults.empty());
  return *problem;
}

// Balanced classes, the batch is the data set; the fields a test leaves out keep their defaults.
advisor::ProblemFields balanced(std::int64_t classes, std::int64_t instances_per_class,
                                std::optional<std::int64_t> dimension = {}) {
  advisor::ProblemFields fields;
  fields.classes = classes;
  fields.instances_per_class = instances_per_class;
  fields.sampling = advisor::Sampling::balanced;
  fields.dataset_is_batch = true;
  fields.dimension = dimension;
  return fields;
}

TrainSpec spec_of(const advisor::ProblemFields& fields, double loss_weight, double temperature) {
  TrainSpec spec;
  spec.problem = problem_of(fields);
  spec.loss_weight = loss_weight;
  spec.temperature = temperature;
  return spec;
}

advisor::Evaluation prediction(const TrainSpec& spec) {
  return advisor::evaluate({spec.problem, spec.loss_weight, spec.temperature});
}

EmbeddingsOutcome run(const TrainSpec& spec) {
  RecordedEvents events;
  const StopFlag stop{false};
  auto outcome = run_embeddings(spec, rest_tolerance(prediction(spec)), events, stop);
  REQUIRE(outcome);
  CHECK_FALSE(events.told.empty());
  return std::move(outcome).value();
}

Geometry geometry_of(const EmbeddingsOutcome& outcome) { return measure_geometry(outcome.embeddings, outcome.rows); }

}  // namespace

TEST_CASE("the verdict is confirmed, inconclusive or refuted by what the run found") {
  const advisor::ProblemFields fields = balanced(4, 5, 24);
  const auto judged = [](const TrainSpec& spec, const advisor::Evaluation& predicted) {
    const EmbeddingsOutcome outcome = run(spec);
    Measured measured;
    measured.geometry = geometry_of(outcome);
    measured.collapsed = is_collapsed(measured.geometry, *predicted.max_within_class_variance);
    measured.loss_value = outcome.loss;
    measured.gradient_norm = outcome.gradient_norm;
    return judge(predicted, measured, {true, outcome.converged, outcome.cancelled, outcome.convergence_why});
  };
  const TrainSpec healthy = spec_of(fields, 0.5, 0.2), collapsing = spec_of(fields, 0.05, 0.2);
  const Verdict good = judged(healthy, prediction(healthy));
  CHECK(good.outcome == Outcome::confirmed);
  CHECK(prediction(collapsing).collapsed);
  CHECK(judged(collapsing, prediction(collapsing)).outcome == Outcome::confirmed);
  TrainSpec stopped = healthy;
  stopped.budget.steps = 2;
  CHECK(judged(stopped, prediction(stopped)).outcome == Outcome::inconclusive);
  // The prediction of another pair, held against this run.
  advisor::Evaluation wrong = prediction(collapsing);
  wrong.loss_value = prediction(healthy).loss_value;
  const Verdict refuted = judged(healthy, wrong);
  CHECK(refuted.outcome == Outcome::refuted);
  CHECK(refuted.cause == Cause::theory_off);
  CHECK(refuted.why.find("disagree") != std::string::npos);
}

TEST_CASE("in the authors' synthetic setting every verdict is confirmed, just above the threshold too") {
  advisor::ProblemFields fields = balanced(2, 3, 5);
  for (const auto convention : {advisor::Convention::anchor_excluded, advisor::Convention::anchor_included}) {
    fields.convention = convention;
    for (const double loss_weight : {0.1, 0.5, 0.8}) {
      const TrainSpec spec = spec_of(fields, loss_weight, 1);
      const advisor::Evaluation predicted = prediction(spec);
      const EmbeddingsOutcome outcome = run(spec);
      Measured measured;
      measured.geometry = geometry_of(outcome);
      measured.collapsed = is_collapsed(measured.geometry, *predicted.max_within_class_variance);
      measured.loss_value = outcome.loss;
      const Verdict verdict = judge(predicted, measured, {true, outcome.converged, false, outcome.convergence_why});
      INFO(verdict.why);
      CHECK(verdict.outcome == Outcome::confirmed);
      CHECK(std::abs(outcome.loss - *predicted.loss_value) <= 1e-4);
    }
  }
}

TEST_CASE("the estimate is what similarities are judged by where the variance is estimated") {
  advisor::Evaluation predicted;
  predicted.dimension_regime = advisor::DimensionRegime::boundary_exact;
  // SSEM's own numbers beside the estimate: the measured ones agree with the estimate alone.
  predicted.within_class_variance = 0.29;
  predicted.within_class_similarity = 0.7;
  predicted.between_class_similarity = -0.237;
  predicted.estimated_within_class_variance = 0.24;
  predicted.max_within_class_variance = 1;
  Measured measured;
  measured.geometry.within_class_variance = 0.241;
  measured.geometry.within_class_similarity = 1 - 0.241 * 40 / 39;
  measured.geometry.between_class_similarity = -(1 - 0.241) / 3;
  measured.geometry.per_class.assign(4, {80, 40, 0.241, 0});
  const RunFacts facts{true, true, false, "it stands still"};
  const Verdict agreed = judge(predicted, measured, facts);
  CHECK(agreed.outcome == Outcome::confirmed);
  CHECK(agreed.why.find("0.754 and -0.253") != std::string::npos);
  // Two pairs of classes close together: the same variance, another arrangement.
  measured.geometry.between_class_similarity = -0.1;
  measured.loss_value = 1;
  CHECK(judge(predicted, measured, facts).outcome == Outcome::refuted);
  // An encoder's class means owe the simplex nothing.
  CHECK(judge(predicted, measured, {false, true, false, ""}).outcome == Outcome::confirmed);
}

TEST_CASE("a cancelled run is said to be cancelled, and nothing else ended it") {
  const Verdict verdict = judge({}, {}, {true, false, true, "it was cancelled"});
  CHECK(verdict.outcome == Outcome::inconclusive);
  CHECK(verdict.why.find("it was cancelled") != std::string::npos);
  CHECK(verdict.why.find("used up") == std::string::npos);
}

TEST_CASE("what is allowed is what the prediction itself may be off by, and a guide is nothing to be refuted") {
  for (const auto& [dimension, share] : {std::pair{100, 0.05}, std::pair{6, 0.05}, std::pair{5, 0.14}}) {
    const auto predicted = prediction(spec_of(balanced(6, 10, dimension), 0.6, 0.15));
    CAPTURE(dimension);
    CHECK(variance_tolerance(predicted, true) == doctest::Approx(share * *predicted.within_class_variance));
  }
  const auto guide = prediction(spec_of(balanced(10, 6, 5), 0.6, 0.2));
  REQUIRE_FALSE(guide.estimated_within_class_variance);
  REQUIRE_FALSE(guide.collapsed);
  Measured measured;
  measured.geometry.within_class_variance = 0.5 * *guide.within_class_variance;
  measured.loss_value = *guide.loss_value;
  RunFacts facts;
  facts.free_embeddings = facts.converged = true;
  const Verdict verdict = judge(guide, measured, facts);
  CHECK(verdict.outcome == Outcome::confirmed);
  CHECK(verdict.why.find("no single variance is predicted here") != std::string::npos);
}

}  // namespace ssem::trainer
