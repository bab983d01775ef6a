#include "trainer/embeddings/mini_batches.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "trainer/embeddings/vectors_tensor.h"
#include "trainer/loss/dcl_pass.h"
#include "trainer/loss/loss_pass.h"
#include "trainer/measure/geometry.h"

namespace ssem::trainer {
namespace {

// A row moves by rate * temperature * its own share of the gradient: the curvature grows as 1 / temperature.
constexpr double kRate = 0.5;
constexpr double kDefaultEpochs = 200;
constexpr double kMeasuredShare = 0.1;  // of the steps, the last ones: over which the loss is averaged

std::vector<std::int64_t> draw(std::int64_t from, std::int64_t count, std::mt19937_64& generator,
                               std::vector<std::int64_t>& pool) {
  pool.resize(static_cast<std::size_t>(from));
  std::iota(pool.begin(), pool.end(), 0);
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t left = from - k;
    const auto pick = k + static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(left));
    std::swap(pool[static_cast<std::size_t>(k)], pool[static_cast<std::size_t>(pick)]);
  }
  return {pool.begin(), pool.begin() + count};
}

// The images of one batch; class c holds images c * each .. (c + 1) * each - 1.
std::vector<std::int64_t> draw_images(const advisor::Problem& problem, std::int64_t each, std::mt19937_64& generator,
                                      std::vector<std::int64_t>& pool) {
  if (problem.sampling == advisor::Sampling::random) {
    return draw(each * problem.classes, std::min(problem.batch_size, each * problem.classes), generator, pool);
  }
  std::vector<std::int64_t> images;
  for (const std::int64_t c : draw(problem.classes, problem.classes_per_batch, generator, pool)) {
    for (const std::int64_t i : draw(each, std::min(problem.instances_per_class, each), generator, pool)) {
      images.push_back(c * each + i);
    }
  }
  return images;
}

struct BatchResult {
  double loss = 0;
  double gradient_norm = 0;
};

// Turns the gradient into a step of the batch's rows.
double step_rows(std::vector<double>& z, std::vector<double>& gradient, std::size_t columns, double rate) {
  double square_of_all = 0;
  for (std::size_t begin = 0; begin < z.size(); begin += columns) {
    double radial = 0, square = 0;
    for (std::size_t k = begin; k < begin + columns; ++k) radial += z[k] * gradient[k];
    for (std::size_t k = begin; k < begin + columns; ++k) {
      const double tangent = gradient[k] - radial * z[k];
      square_of_all += tangent * tangent;
      z[k] -= rate * tangent;
      square += z[k] * z[k];
    }
    for (std::size_t k = begin; k < begin + columns; ++k) z[k] /= std::sqrt(square);
  }
  return std::sqrt(square_of_all);
}

BatchResult take_step(const BatchRows& rows, const SupclOptions& options, std::int64_t columns, double rate,
                      std::vector<double>& z) {
  std::vector<double> gradient(z.size());
  BatchResult result;
  if (options.convention == advisor::Convention::dcl) {
    const DclPass pass(rows, options, columns);
    result.loss = pass.forward(z.data());
    pass.backward(z.data(), 1, gradient.data());
  } else {
    LossPass<double> pass(rows, options, columns);
    result.loss = pass.forward(z.data());
    pass.backward(z.data(), 1, gradient.data());
  }
  const double row_rate = rate * options.temperature * static_cast<double>(rows.size());
  result.gradient_norm = step_rows(z, gradient, static_cast<std::size_t>(columns), row_rate);
  return result;
}

}  // namespace

bool draws_batches(const advisor::Problem& problem) {
  if (problem.imbalanced()) return false;
  const bool part_of_a_class = problem.dataset_instances_per_class.value_or(0) > problem.instances_per_class;
  return part_of_a_class || problem.classes_per_batch < problem.classes ||
         problem.sampling == advisor::Sampling::random;
}

Result<EmbeddingsOutcome> run_mini_batches(const TrainSpec& spec, const VectorLayout& layout,
                                           const SupclOptions& options, RunClock& clock, EventSink& events) {
  const advisor::Problem& problem = spec.problem;
  const std::int64_t each = layout.images_per_class.front(), views = layout.views, columns = layout.columns;
  const BatchRows all_rows = layout.batch_rows();
  std::mt19937_64 generator(static_cast<std::uint64_t>(spec.seed) + 1);
  std::vector<double> vectors = random_unit_vectors(layout.rows(), columns, static_cast<std::uint64_t>(spec.seed));

  const double batch_images = static_cast<double>(problem.sampling == advisor::Sampling::random
                                                      ? problem.batch_size
                                                      : problem.classes_per_batch * problem.instances_per_class);
  const double epochs = spec.budget.epochs.value_or(kDefaultEpochs);
  const auto steps = spec.budget.steps.value_or(
      std::max<std::int64_t>(1, std::llround(epochs * static_cast<double>(layout.images()) / batch_images)));

  EmbeddingsOutcome outcome;
  outcome.rows = all_rows;
  std::vector<std::int64_t> pool;
  double loss_sum = 0, gradient_sum = 0, first_half = 0, second_half = 0;
  std::int64_t measured = 0;
  const auto measured_from = static_cast<std::int64_t>(static_cast<double>(steps) * (1 - kMeasuredShare));
  for (std::int64_t step = 0; step < steps; ++step) {
    const auto images = draw_images(problem, each, generator, pool);
    std::vector<std::int64_t> classes, instances;
    std::vector<double> z;
    const std::int64_t block = views * columns;
    for (const std::int64_t image : images) {
      classes.insert(classes.end(), static_cast<std::size_t>(views), image / each);
      instances.insert(instances.end(), static_cast<std::size_t>(views), image);
      z.insert(z.end(), vectors.begin() + image * block, vectors.begin() + (image + 1) * block);
    }
    const BatchRows rows = BatchRows::make(classes, instances).value();
    const double share = spec.budget.seconds ? std::min(1.0, clock.elapsed_s() / *spec.budget.seconds)
                                             : static_cast<double>(step) / static_cast<double>(steps);
    const double rate = kRate * 0.5 * (1 + std::cos(std::numbers::pi * share));
    const BatchResult result = take_step(rows, options, columns, rate, z);
    if (!std::isfinite(result.loss)) {
      return Error{ErrorCode::unprocessable, "the loss of step " + std::to_string(step) + " is not finite", {}};
    }
    for (std::size_t k = 0; k < images.size(); ++k) {
      std::copy_n(z.begin() + static_cast<std::int64_t>(k) * block, block, vectors.begin() + images[k] * block);
    }
    outcome.steps = step + 1;
    if (step >= measured_from) {
      loss_sum += result.loss;
      gradient_sum += result.gradient_norm;
      (2 * (step - measured_from) < steps - measured_from ? first_half : second_half) += result.loss;
      ++measured;
    } else {
      outcome.loss = result.loss;
      outcome.gradient_norm = result.gradient_norm;
    }
    if (clock.tells()) {
      const Geometry geometry = measure_geometry(vectors_tensor(vectors, columns), all_rows);
      Progress progress;
      progress.time_s = clock.elapsed_s();
      progress.step = step + 1;
      if (!spec.budget.seconds) progress.total_steps = steps;
      progress.loss = result.loss;
      progress.within_class_variance = geometry.within_class_variance;
      progress.between_class_variance = geometry.between_class_variance;
      progress.view_alignment = geometry.view_similarity;
      progress.learning_rate = rate;
      progress.images_per_s = batch_images * static_cast<double>(step + 1) / std::max(progress.time_s, 1e-9);
      if (!spec.budget.seconds) {
        progress.eta_s = progress.time_s / static_cast<double>(step + 1) * static_cast<double>(steps - step - 1);
      }
      events.progress(progress);
    }
    if (clock.cancelled() || clock.out_of_time()) break;
  }
  if (measured > 0) {
    outcome.loss = loss_sum / static_cast<double>(measured);
    outcome.gradient_norm = gradient_sum / static_cast<double>(measured);
  }
  outcome.cancelled = clock.cancelled();
  const bool ran_through = outcome.steps == steps && measured >= 20;
  const double drift = ran_through ? 2 * (first_half - second_half) / static_cast<double>(measured) : 0;
  outcome.converged = ran_through && std::abs(drift) <= 2e-3 * std::max(1.0, std::abs(outcome.loss));
  outcome.convergence_why = !ran_through
                                ? "the run ended before its schedule did"
                                : "over the last tenth of the steps the loss moved by " + std::to_string(drift);
  outcome.images_per_s = batch_images * static_cast<double>(outcome.steps) / std::max(clock.elapsed_s(), 1e-9);
  outcome.embeddings = vectors_tensor(vectors, columns);
  return outcome;
}

}  // namespace ssem::trainer
