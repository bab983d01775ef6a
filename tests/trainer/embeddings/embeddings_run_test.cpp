#include "trainer/embeddings/embeddings_run.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "advisor/evaluation.h"
#include "tests/support/doctest_beside_torch.h"
#include "tests/trainer/embeddings/recorded_events.h"
#include "trainer/measure/geometry.h"
#include "trainer/verdict/verdict.h"

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

// Tolerance 0: as exactly as it goes.
EmbeddingsOutcome run(const TrainSpec& spec, double tolerance = 0) {
  RecordedEvents events;
  const StopFlag stop{false};
  auto outcome = run_embeddings(spec, tolerance, events, stop);
  REQUIRE(outcome);
  CHECK_FALSE(events.told.empty());
  return std::move(outcome).value();
}

Geometry geometry_of(const EmbeddingsOutcome& outcome) { return measure_geometry(outcome.embeddings, outcome.rows); }

}  // namespace

TEST_CASE("free vectors reach every brute-force minimum to 1e-6, with its within-class variance where that is unique") {
  std::ifstream file(SSEM_ADVISOR_TEST_DATA_DIR "/free_embedding_minima.json");
  const auto minima = nlohmann::json::parse(file);
  int cases = 0;
  for (const auto& minimum : minima["cases"]) {
    advisor::ProblemFields fields;
    fields.classes = minimum["classes"].get<std::int64_t>();
    fields.instances_per_class = minimum["instances_per_class"].get<std::int64_t>();
    fields.sampling = advisor::Sampling::balanced;
    fields.dataset_is_batch = true;
    fields.views = minimum["views"].get<std::int64_t>();
    fields.dimension = minimum["dimension"].get<std::int64_t>();
    fields.convention = advisor::convention_from(minimum["convention"].get<std::string>());
    CAPTURE(minimum.dump());
    const double loss_weight = minimum["loss_weight"].is_number() ? minimum["loss_weight"].get<double>() : 0.5;
    TrainSpec spec = spec_of(fields, loss_weight, minimum["temperature"].get<double>());
    spec.restarts = 6;
    const EmbeddingsOutcome outcome = run(spec);
    CHECK(std::abs(outcome.loss - minimum["min_loss"].get<double>()) <= 1e-6);
    CHECK(outcome.converged);
    if (loss_weight < 1) {
      const double variance = minimum["within_class_variance"].get<double>();
      CHECK(std::abs(geometry_of(outcome).within_class_variance - variance) <= 1e-3);
    }
    ++cases;
  }
  CHECK(cases == 81);
}

TEST_CASE("in the exact regime the loss and the geometry are the closed form's") {
  for (const auto convention : {advisor::Convention::anchor_excluded, advisor::Convention::anchor_included}) {
    for (const double loss_weight : {0.5, 0.8}) {
      advisor::ProblemFields fields = balanced(4, 5, 24);
      fields.convention = convention;
      const TrainSpec spec = spec_of(fields, loss_weight, 0.2);
      const auto predicted = prediction(spec);
      const EmbeddingsOutcome outcome = run(spec);
      const Geometry geometry = geometry_of(outcome);
      CHECK(std::abs(outcome.loss - *predicted.loss_value) <= 1e-9);
      CHECK(std::abs(geometry.within_class_variance - *predicted.within_class_variance) <= 1e-5);
      CHECK(std::abs(geometry.between_class_similarity - *predicted.between_class_similarity) <= 1e-5);
      CHECK(geometry.view_variance <= 1e-8);
    }
  }
}

TEST_CASE("two per cent below the threshold the classes collapse, two per cent above they do not") {
  for (const std::int64_t dimension : {5, 8, 30}) {
    for (const double temperature : {0.2, 0.5}) {
      const advisor::ProblemFields fields = balanced(5, 6, dimension);
      const double threshold = prediction(spec_of(fields, 0.5, temperature)).loss_weight_threshold;
      CAPTURE(dimension);
      CAPTURE(threshold);
      const auto collapsed = [&](double loss_weight) {
        TrainSpec spec = spec_of(fields, loss_weight, temperature);
        return geometry_of(run(spec)).within_class_variance < 1e-5;
      };
      CHECK(collapsed(0.98 * threshold));
      CHECK_FALSE(collapsed(1.02 * threshold));
    }
  }
}

TEST_CASE("a run ends in few steps when the variance stands still, at the variance of a run to the end") {
  for (const std::int64_t dimension : {6, 16, 24}) {
    TrainSpec spec = spec_of(balanced(4, 6, dimension), 0.5, 0.2);
    const double tolerance = 1e-3;
    const EmbeddingsOutcome exact = run(spec), settled = run(spec, tolerance);
    CAPTURE(dimension);
    CAPTURE(settled.convergence_why);
    CHECK(settled.converged);
    CHECK(settled.steps <= 1000);
    CHECK(std::abs(geometry_of(settled).within_class_variance - geometry_of(exact).within_class_variance) <=
          2 * tolerance);
    CHECK(settled.loss - exact.loss <= 1e-3);
    CHECK(settled.convergence_why.find("3 random starts") != std::string::npos);
  }
}

TEST_CASE("a little above the threshold, where descents pass by collapse slowly, a run does not rest there") {
  for (const std::int64_t images : {0, 24}) {
    advisor::ProblemFields fields = balanced(4, 6, 24);
    if (images > 0) {
      fields.dataset_is_batch = false;
      fields.dataset_instances_per_class = images;
    }
    const double threshold = prediction(spec_of(fields, 0.5, 0.5)).loss_weight_threshold;
    for (const double above : {1.01, 1.03, 1.1}) {
      const TrainSpec spec = spec_of(fields, above * threshold, 0.5);
      const auto predicted = prediction(spec);
      const double variance = predicted.estimated_within_class_variance.value_or(*predicted.within_class_variance);
      const EmbeddingsOutcome outcome = run(spec, rest_tolerance(predicted));
      CAPTURE(images);
      CAPTURE(above);
      CAPTURE(variance);
      CAPTURE(outcome.convergence_why);
      CHECK(outcome.converged);
      CHECK(std::abs(geometry_of(outcome).within_class_variance - variance) <= variance_tolerance(predicted, true));
    }
  }
}

TEST_CASE("batches drawn from a data set give the data set's within-class variance, planned and until it is level") {
  for (const auto sampling : {advisor::Sampling::balanced, advisor::Sampling::random}) {
    advisor::ProblemFields fields;
    fields.classes = 4;
    fields.dimension = 24;
    fields.sampling = sampling;
    fields.dataset_instances_per_class = 24;
    (sampling == advisor::Sampling::random ? fields.batch_size : fields.instances_per_class) =
        sampling == advisor::Sampling::random ? 16 : 4;
    TrainSpec spec = spec_of(fields, 0.5, 0.2);
    const auto predicted = prediction(spec);
    REQUIRE(predicted.estimated_within_class_variance);
    for (const bool planned : {true, false}) {
      if (planned) {
        spec.budget.epochs = 400;
      } else {
        spec.budget.epochs.reset();
      }
      RecordedEvents events;
      const StopFlag stop{false};
      const auto outcome = run_embeddings(spec, rest_tolerance(predicted), events, stop);
      REQUIRE(outcome);
      CAPTURE(planned);
      CAPTURE(outcome.value().convergence_why);
      CHECK(outcome.value().converged);
      CHECK(geometry_of(outcome.value()).within_class_variance ==
            doctest::Approx(*predicted.estimated_within_class_variance).epsilon(0.05));
      CHECK(outcome.value().embeddings.size(0) == 4 * 24 * 2);
      // 6 steps an epoch.
      CHECK(events.planned == (planned ? std::optional<std::int64_t>(2400) : std::nullopt));
      CHECK(events.told.back().total_steps == outcome.value().steps);
      CHECK(outcome.value().steps <= (planned ? 2400 : 1200));
      double moved = 1;
      for (const Progress& progress : events.told) moved = std::min(moved, progress.moved.value_or(1));
      CHECK((moved <= rest_tolerance(predicted)) == !planned);
    }
  }
}

TEST_CASE("the same seed gives the same vectors, another seed others") {
  TrainSpec spec = spec_of(balanced(3, 4, 8), 0.6, 0.3);
  const at::Tensor first = run(spec).embeddings;
  CHECK(at::equal(first, run(spec).embeddings));
  spec.seed = 1;
  CHECK_FALSE(at::equal(first, run(spec).embeddings));
}

TEST_CASE("class_counts shape the batch") {
  advisor::ProblemFields fields;
  fields.batch_size = 30;
  fields.dimension = 12;
  fields.class_counts = {100, 40, 10};
  const TrainSpec spec = spec_of(fields, 0.6, 0.3);
  const EmbeddingsOutcome outcome = run(spec);
  const Geometry geometry = geometry_of(outcome);
  REQUIRE(geometry.per_class.size() == 3);
  CHECK(geometry.per_class[0].instances == 20);
  CHECK(geometry.per_class[1].instances == 8);
  CHECK(geometry.per_class[2].instances == 2);
}

TEST_CASE("a run that is cancelled or out of budget says so and keeps what it has") {
  TrainSpec spec = spec_of(balanced(4, 10, 16), 0.5, 0.1);
  RecordedEvents events;
  const StopFlag stop{true};
  const auto cancelled = run_embeddings(spec, 0, events, stop);
  REQUIRE(cancelled);
  CHECK(cancelled.value().cancelled);
  CHECK_FALSE(cancelled.value().converged);
  CHECK(cancelled.value().convergence_why == "it was cancelled");
  CHECK(cancelled.value().embeddings.size(0) == 80);
  spec.budget.steps = 3;
  const EmbeddingsOutcome early = run(spec);
  CHECK_FALSE(early.converged);
  CHECK(early.convergence_why.find("used up") != std::string::npos);
  CHECK(early.steps == 3);  // of all starts
}

TEST_CASE("what cannot be trained is refused with the reason") {
  RecordedEvents events;
  const StopFlag stop{false};
  const TrainSpec large = spec_of(balanced(1000, 1000, 4096), 0.5, 0.1);
  CHECK(run_embeddings(large, 0, events, stop).error().message.find("at most") != std::string::npos);
  advisor::ProblemFields fields = balanced(3, 3);
  fields.convention = advisor::Convention::supcon_in;
  const TrainSpec inside = spec_of(fields, 0.5, 0.1);
  CHECK(run_embeddings(inside, 0, events, stop).error().message.find("supcon_in") != std::string::npos);
}

}  // namespace ssem::trainer
