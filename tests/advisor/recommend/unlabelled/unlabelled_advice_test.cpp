// Advice without labels: its numbers against the loss written out over explicit embeddings, its words against its
// table.
#include "advisor/recommend/unlabelled/unlabelled_advice.h"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string>

using namespace ssem;
using namespace ssem::advisor;

namespace {

UnlabelledProblem checked_unlabelled(const ProblemFields& fields, std::optional<std::int64_t> images = {}) {
  FaultList faults;
  const auto problem = check_unlabelled(fields, images, faults);
  REQUIRE_MESSAGE(problem, (faults.empty() ? "" : faults.to_error().message));
  return *problem;
}

ProblemFields batch_of(std::int64_t batch_size, std::int64_t dimension, Convention convention, std::int64_t views = 2) {
  ProblemFields fields;
  fields.batch_size = batch_size;
  fields.dimension = dimension;
  fields.convention = convention;
  fields.views = views;
  return fields;
}

// The loss of rows [views * images], those of one view after another, from its definition.
double written_out(const UnlabelledProblem& problem, const Eigen::MatrixXd& rows, double temperature) {
  const auto images = static_cast<Eigen::Index>(problem.batch_size);
  const Eigen::MatrixXd s = rows * rows.transpose() / temperature;
  double sum = 0;
  Eigen::Index terms = 0;
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    for (Eigen::Index j = 0; j < rows.rows(); ++j) {
      if (i == j || i % images != j % images) continue;
      double denominator = 0;
      for (Eigen::Index k = 0; k < rows.rows(); ++k) {
        const bool own_view = i / images == k / images;
        const bool left_out = problem.convention == Convention::cross_view ? own_view
                              : problem.convention == Convention::dcl      ? k == i || k == j
                                                                           : k == i;
        if (!left_out) denominator += std::exp(s(i, k) - s(i, j));
      }
      sum += std::log(denominator);
      ++terms;
    }
  }
  return sum / static_cast<double>(terms);
}

Eigen::MatrixXd random_rows(Eigen::Index rows, Eigen::Index dimension, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd drawn = Eigen::MatrixXd::NullaryExpr(rows, dimension, [&] { return normal(engine); });
  drawn.rowwise().normalize();
  return drawn;
}

std::set<std::string> codes_of(const UnlabelledAdvice& advice) {
  std::set<std::string> codes;
  for (const Warning& warning : advice.warnings) codes.insert(warning.code);
  return codes;
}

UnlabelledAdvice advice_at(const UnlabelledProblem& problem, std::optional<double> temperature = {}) {
  return advise_unlabelled({problem, temperature});
}

}  // namespace

TEST_CASE("the rungs are the loss of explicit embeddings: one point, random, and every image on its own corner") {
  for (const Convention convention : {Convention::anchor_excluded, Convention::cross_view, Convention::dcl}) {
    for (const std::int64_t views : {2, 3}) {
      if (convention == Convention::cross_view && views != 2) continue;
      const std::int64_t batch = 16;
      const std::int64_t dimension = 24;
      const UnlabelledProblem problem = checked_unlabelled(batch_of(batch, dimension, convention, views), batch);
      const double temperature = 0.3;
      CAPTURE(std::string(name(convention)));
      CAPTURE(views);
      const TemperatureReading reading = read_temperature(problem, temperature);

      const Eigen::MatrixXd point = Eigen::MatrixXd::Constant(views * batch, dimension, 1 / std::sqrt(dimension));
      CHECK(reading.ladder.all_equal == doctest::Approx(written_out(problem, point, temperature)));

      // A simplex of the batch: the unit vectors less their mean.
      Eigen::MatrixXd corners = Eigen::MatrixXd::Zero(batch, dimension);
      for (Eigen::Index i = 0; i < batch; ++i) corners(i, i) = 1;
      corners.leftCols(batch).array() -= 1.0 / static_cast<double>(batch);
      corners.rowwise().normalize();
      CHECK(*reading.ladder.optimum ==
            doctest::Approx(written_out(problem, corners.replicate(views, 1), temperature)).epsilon(1e-10));

      double mean = 0;
      constexpr unsigned kDraws = 60;
      for (unsigned seed = 1; seed <= kDraws; ++seed) {
        mean += written_out(problem, random_rows(views * batch, dimension, seed), temperature) / kDraws;
      }
      CHECK(*reading.ladder.initialisation == doctest::Approx(mean).epsilon(0.02));
    }
  }
}

TEST_CASE("the optimum of a large data set is the loss of batches of evenly spread images") {
  for (const Convention convention : {Convention::anchor_excluded, Convention::cross_view}) {
    const UnlabelledProblem problem = checked_unlabelled(batch_of(32, 16, convention));
    for (const double temperature : {0.1, 0.5}) {
      double mean = 0;
      constexpr unsigned kDraws = 60;
      for (unsigned seed = 1; seed <= kDraws; ++seed) {
        mean += written_out(problem, random_rows(32, 16, seed).replicate(2, 1), temperature) / kDraws;
      }
      CHECK(*read_temperature(problem, temperature).ladder.optimum == doctest::Approx(mean).epsilon(0.02).scale(1));
    }
  }
}

TEST_CASE("a queue's keys take the place of the batch's other images") {
  ProblemFields fields = batch_of(256, 128, Convention::cross_view);
  fields.queue_size = 4096;
  const UnlabelledProblem queue = checked_unlabelled(fields);
  const TemperatureReading reading = read_temperature(queue, 0.2);
  CHECK(reading.ladder.all_equal == doctest::Approx(std::log(4097)));
  CHECK(queue.negatives() == 4096);
}

TEST_CASE("few kinds are sent to higher temperatures than many, and what is not known lies between") {
  ProblemFields fields = batch_of(512, 128, Convention::anchor_excluded);
  fields.classes = 10;
  const double few = advice_at(checked_unlabelled(fields)).here.temperature;
  fields.classes = 1000;
  const double many = advice_at(checked_unlabelled(fields)).here.temperature;
  fields.classes.reset();
  const double unknown = advice_at(checked_unlabelled(fields)).here.temperature;
  CHECK(many < unknown);
  CHECK(unknown < few);
  for (const TemperatureExperiment& experiment : temperature_experiments()) {
    const TemperatureBand& band = temperature_band(experiment.kinds);
    const auto best = std::max_element(experiment.findings.begin(), experiment.findings.end(),
                                       [](const auto& a, const auto& b) { return a.figure < b.figure; });
    CAPTURE(std::string(experiment.source));
    CHECK(best->temperature >= band.low);
    CHECK(best->temperature <= band.high);
  }
}

TEST_CASE("the lower the temperature, the fewer negatives push and the harder look-alikes are pushed") {
  const UnlabelledAdvice advice = advice_at(checked_unlabelled(batch_of(256, 128, Convention::anchor_excluded)));
  CHECK(advice.problem.negatives() == 510);
  for (std::size_t i = 1; i < advice.temperatures.size(); ++i) {
    CHECK(advice.temperatures[i - 1].effective_negatives < advice.temperatures[i].effective_negatives);
    CHECK(advice.temperatures[i - 1].look_alike_push > advice.temperatures[i].look_alike_push);
    CHECK(*advice.temperatures[i - 1].ladder.optimum < *advice.temperatures[i].ladder.optimum);
  }
  CHECK(advice.effective_negatives_per_log_temperature > 0);
  CHECK(advice.loss_per_log_temperature > 0);
  CHECK(advice.warnings.empty());
}

TEST_CASE("warnings come where a temperature leaves the band, silences the negatives or blurs look-alikes") {
  const UnlabelledProblem problem = checked_unlabelled(batch_of(256, 128, Convention::anchor_excluded));
  const auto low = codes_of(advice_at(problem, 0.02));
  CHECK(low.count("temperature_outside_band") == 1);
  CHECK(low.count("few_negatives_push") == 1);
  CHECK(low.count("negatives_idle") == 1);
  const auto high = codes_of(advice_at(problem, 1));
  CHECK(high == std::set<std::string>{"temperature_outside_band", "all_push_alike"});
  CHECK(codes_of(advice_at(problem, 0.2)).empty());
}

TEST_CASE("a base temperature scales what is logged and nothing else") {
  ProblemFields fields = batch_of(256, 128, Convention::cross_view);
  const TemperatureReading plain = read_temperature(checked_unlabelled(fields), 0.2);
  fields.base_temperature = 0.25;
  const TemperatureReading scaled = read_temperature(checked_unlabelled(fields), 0.2);
  CHECK(*scaled.ladder.optimum == doctest::Approx(0.8 * *plain.ladder.optimum));
  CHECK(scaled.ladder.all_equal == doctest::Approx(0.8 * plain.ladder.all_equal));
  CHECK(scaled.effective_negatives == plain.effective_negatives);
}

TEST_CASE("what needs labels, another loss, or more images than there are is a fault of its field") {
  const auto faults_of = [](const ProblemFields& fields, std::optional<std::int64_t> images = {}) {
    FaultList faults;
    CHECK_FALSE(check_unlabelled(fields, images, faults));
    std::set<std::string> paths;
    for (const FieldFault& fault : faults.faults()) paths.insert(fault.path);
    return paths;
  };
  ProblemFields fields = batch_of(256, 128, Convention::supcon);
  fields.sampling = Sampling::random;
  fields.class_counts = {5, 4};
  CHECK(faults_of(fields) == std::set<std::string>{"/convention", "/sampling", "/class_counts"});
  CHECK(faults_of(ProblemFields{}) == std::set<std::string>{"/batch_size"});
  CHECK(faults_of(batch_of(256, 128, Convention::anchor_excluded), 255) == std::set<std::string>{"/dataset_images"});
  CHECK(faults_of(batch_of(256, 128, Convention::anchor_excluded, 1)) == std::set<std::string>{"/views"});
  ProblemFields apart = batch_of(256, 128, Convention::anchor_excluded);
  apart.gpus = 3;
  apart.loss_gathers = false;
  CHECK(faults_of(apart) == std::set<std::string>{"/gpus"});
  apart.gpus = 4;
  CHECK(checked_unlabelled(apart).batch_size == 64);
}

TEST_CASE("a preset fills what it knows without its labels, and says so") {
  ProblemFields fields;
  fields.preset = preset_from("cifar100");
  const UnlabelledProblem problem = checked_unlabelled(fields);
  CHECK(problem.dataset_images == 50'000);
  CHECK(problem.kinds == 100);
  std::set<std::string> assumed;
  for (const Assumption& each : problem.assumed) assumed.insert(each.field);
  CHECK(assumed == std::set<std::string>{"batch_size", "dimension", "classes", "dataset_images", "convention"});
}
