#include "trainer/embeddings/embeddings_run.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#undef CHECK
#include <doctest/doctest.h>

#include "advisor/evaluation.h"
#include "tests/trainer/embeddings/recorded_events.h"
#include "trainer/measure/geometry.h"

namespace ssem::trainer {
namespace {

advisor::Problem problem_of(const advisor::ProblemFields& fields) {
  FaultList faults;
  const auto problem = advisor::check_problem(fields, faults);
  REQUIRE(faults.empty());
  return *problem;
}

// Balanced classes; the fields a test leaves out keep their defaults.
advisor::ProblemFields balanced(std::int64_t classes, std::int64_t instances_per_class,
                                std::optional<std::int64_t> dimension = {}) {
  advisor::ProblemFields fields;
  fields.classes = classes;
  fields.instances_per_class = instances_per_class;
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
  auto outcome = run_embeddings(spec, events, stop);
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

TEST_CASE("batches drawn from a data set give the data set's within-class variance") {
  advisor::ProblemFields fields = balanced(4, 4, 24);
  fields.dataset_instances_per_class = 24;
  TrainSpec spec = spec_of(fields, 0.5, 0.2);
  spec.budget.epochs = 400;
  const auto predicted = prediction(spec);
  const EmbeddingsOutcome outcome = run(spec);
  REQUIRE(predicted.estimated_within_class_variance);
  CHECK(geometry_of(outcome).within_class_variance ==
        doctest::Approx(*predicted.estimated_within_class_variance).epsilon(0.05));
  CHECK(outcome.embeddings.size(0) == 4 * 24 * 2);
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
  const auto cancelled = run_embeddings(spec, events, stop);
  REQUIRE(cancelled);
  CHECK(cancelled.value().cancelled);
  CHECK_FALSE(cancelled.value().converged);
  CHECK(cancelled.value().embeddings.size(0) == 80);
  spec.budget.steps = 3;
  const EmbeddingsOutcome early = run(spec);
  CHECK_FALSE(early.converged);
  CHECK(early.convergence_why.find("used up") != std::string::npos);
}

TEST_CASE("what cannot be trained is refused with the reason") {
  RecordedEvents events;
  const StopFlag stop{false};
  const TrainSpec large = spec_of(balanced(1000, 1000, 4096), 0.5, 0.1);
  CHECK(run_embeddings(large, events, stop).error().message.find("at most") != std::string::npos);
  advisor::ProblemFields fields = balanced(3, 3);
  fields.convention = advisor::Convention::supcon_in;
  const TrainSpec inside = spec_of(fields, 0.5, 0.1);
  CHECK(run_embeddings(inside, events, stop).error().message.find("supcon_in") != std::string::npos);
}

}  // namespace ssem::trainer
