#include "trainer/embeddings/mini_batches.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>
#include <random>
#include <utility>

#include "trainer/embeddings/vectors_tensor.h"
#include "trainer/loss/double_pass.h"
#include "trainer/loss/loss_pass.h"
#include "trainer/measure/geometry.h"
#include "trainer/rest/convergence.h"

namespace ssem::trainer {
namespace {

// A row moves by rate * temperature * its own share of the gradient: the curvature grows as 1 / temperature.
constexpr double kRate = 0.5;
constexpr double kMostEpochs = 1000;    // without a budget
constexpr double kLeastEpochs = 40;     // before the rate may fall, without a budget
constexpr double kMeasuredShare = 0.1;  // of the time in which the rate falls, the end: over it the loss is averaged
constexpr std::int64_t kLooks = 200;    // at all vectors, in a planned run
// Of the rest tolerance, that the variance may move by: while the rate stays; and in the end, as the noise of the
// batches goes with the rate and takes a part of the variance along.
constexpr double kLevelShare = 0.5;
constexpr double kEndShare = 5;
// Vectors with less variance look collapsed and are pushed, in radians.
constexpr double kLooksCollapsed = 0.02;
constexpr double kPush = 0.1;

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
  result.loss = DoublePass(rows, options, columns).loss_and_gradient(z.data(), gradient.data());
  const double row_rate = rate * options.temperature * static_cast<double>(rows.size());
  result.gradient_norm = step_rows(z, gradient, static_cast<std::size_t>(columns), row_rate);
  return result;
}

// One run.
class MiniBatches {
 public:
  MiniBatches(const TrainSpec& spec, const VectorLayout& layout, const SupclOptions& options, double rest_tolerance,
              RunClock& clock, EventSink& events)
      : spec_(spec),
        layout_(layout),
        options_(options),
        clock_(clock),
        events_(events),
        each_(layout.images_per_class.front()),
        rows_(layout.batch_rows()),
        generator_(static_cast<std::uint64_t>(spec.seed) + 1),
        vectors_(random_unit_vectors(layout.rows(), layout.columns, static_cast<std::uint64_t>(spec.seed))) {
    rules_.variance = kEndShare * rest_tolerance;
    rules_.variance_share = 0;
    const advisor::Problem& problem = spec.problem;
    batch_images_ = static_cast<double>(problem.sampling == advisor::Sampling::random
                                            ? problem.batch_size
                                            : problem.classes_per_batch * problem.instances_per_class);
    steps_of_epoch_ = static_cast<double>(layout.images()) / batch_images_;
    if (spec.budget.steps) total_ = *spec.budget.steps;
    if (spec.budget.epochs) total_ = steps_of(*spec.budget.epochs);
    ends_at_rest_ = !total_ && !spec.budget.seconds;
    look_every_ = std::max<std::int64_t>(1, total_ ? *total_ / kLooks : steps_of(0.5));
  }

  Result<EmbeddingsOutcome> run() {
    events_.started("cpu", total_);
    while (!ended()) {
      if (auto fault = step()) return *std::move(fault);
    }
    if (looked_at_ != step_) look();
    EmbeddingsOutcome outcome;
    outcome.rows = rows_;
    outcome.steps = step_;
    outcome.loss = measured_ > 0 ? loss_sum_ / static_cast<double>(measured_) : last_.loss;
    outcome.gradient_norm = measured_ > 0 ? gradient_sum_ / static_cast<double>(measured_) : last_.gradient_norm;
    outcome.cancelled = clock_.cancelled();
    const Convergence convergence = judge_convergence(course_, rules_);
    outcome.converged = convergence.converged && !outcome.cancelled;
    outcome.convergence_why = outcome.cancelled ? "it was cancelled" : convergence.why;
    outcome.images_per_s = images_per_s();
    outcome.embeddings = vectors_tensor(vectors_, layout_.columns);
    return outcome;
  }

 private:
  std::int64_t steps_of(double epochs) const {
    return std::max<std::int64_t>(1, std::llround(epochs * steps_of_epoch_));
  }
  double images_per_s() const {
    return batch_images_ * static_cast<double>(step_) / std::max(clock_.elapsed_s(), 1e-9);
  }
  bool ended() const { return clock_.cancelled() || clock_.out_of_time() || (total_ && step_ >= *total_); }

  // Of the time in which the rate falls; 0 before.
  double share() const {
    if (spec_.budget.seconds) return std::min(1.0, clock_.elapsed_s() / *spec_.budget.seconds);
    return total_ ? static_cast<double>(step_ - falls_from_) / static_cast<double>(*total_ - falls_from_) : 0;
  }

  std::optional<Error> step() {
    const auto images = draw_images(spec_.problem, each_, generator_, pool_);
    std::vector<std::int64_t> classes, instances;
    std::vector<double> z;
    const std::int64_t block = layout_.views * layout_.columns;
    for (const std::int64_t image : images) {
      classes.insert(classes.end(), static_cast<std::size_t>(layout_.views), image / each_);
      instances.insert(instances.end(), static_cast<std::size_t>(layout_.views), image);
      z.insert(z.end(), vectors_.begin() + image * block, vectors_.begin() + (image + 1) * block);
    }
    const BatchRows rows = BatchRows::make(classes, instances).value();
    const double done = share();
    rate_ = kRate * 0.5 * (1 + std::cos(std::numbers::pi * done));
    last_ = take_step(rows, options_, layout_.columns, rate_, z);
    if (!std::isfinite(last_.loss)) {
      return Error{ErrorCode::unprocessable, "the loss of step " + std::to_string(step_) + " is not finite", {}};
    }
    for (std::size_t k = 0; k < images.size(); ++k) {
      std::copy_n(z.begin() + static_cast<std::int64_t>(k) * block, block, vectors_.begin() + images[k] * block);
    }
    ++step_;
    looks_loss_ += last_.loss;
    if (done >= 1 - kMeasuredShare) {
      loss_sum_ += last_.loss;
      gradient_sum_ += last_.gradient_norm;
      ++measured_;
    }
    if (spec_.budget.seconds ? clock_.tells() : step_ % look_every_ == 0) look();
    if (ends_at_rest_ && !total_) plan_the_end();
    return std::nullopt;
  }

  void look() {
    const Geometry geometry = measure_geometry(vectors_tensor(vectors_, layout_.columns), rows_);
    Progress progress;
    progress.time_s = clock_.elapsed_s();
    progress.step = step_;
    progress.total_steps = total_;
    progress.loss = looks_loss_ / static_cast<double>(std::max<std::int64_t>(1, step_ - looked_at_));
    progress.within_class_variance = geometry.within_class_variance;
    progress.between_class_variance = geometry.between_class_variance;
    progress.view_alignment = geometry.view_similarity;
    progress.learning_rate = rate_;
    progress.images_per_s = images_per_s();
    if (total_) {
      progress.eta_s = progress.time_s / static_cast<double>(step_) * static_cast<double>(*total_ - step_);
    }
    looked_at_ = step_;
    looks_loss_ = 0;
    course_.push_back(progress);
    if (ends_at_rest_ && !total_) {
      LevelRules level = rules_;
      level.variance *= kLevelShare / kEndShare;
      level_ = judge_convergence(course_, level);
      if (std::isfinite(level_.moved)) course_.back().moved = level_.moved;
      course_.back().tolerance = level_.tolerance;
    }
    events_.progress(course_.back());
  }

  // Level, or half of the most epochs gone: the rate falls over as many steps again.
  void plan_the_end() {
    if (looked_at_ != step_ || step_ < begun_ + steps_of(kLeastEpochs)) return;
    const bool late = 2 * step_ >= steps_of(kMostEpochs);
    if (!level_.converged && !late) return;
    if (!late && begun_ == 0 && course_.back().within_class_variance <= kLooksCollapsed) {
      turn_at_random(vectors_, layout_.columns, kPush, static_cast<std::uint64_t>(spec_.seed) + 2);
      course_.clear();
      begun_ = step_;
      return;
    }
    falls_from_ = step_;
    total_ = 2 * step_ - begun_;
  }

  const TrainSpec& spec_;
  const VectorLayout& layout_;
  const SupclOptions& options_;
  RunClock& clock_;
  EventSink& events_;
  std::int64_t each_;
  BatchRows rows_;
  std::mt19937_64 generator_;
  std::vector<double> vectors_;
  std::vector<std::int64_t> pool_;
  LevelRules rules_;
  double batch_images_ = 0, steps_of_epoch_ = 0, rate_ = 0;
  bool ends_at_rest_ = false;
  std::optional<std::int64_t> total_;
  std::int64_t look_every_ = 1, step_ = 0, looked_at_ = 0, falls_from_ = 0;
  std::int64_t begun_ = 0;  // after the push, where there was one
  std::vector<Progress> course_;
  Convergence level_;
  BatchResult last_;
  double looks_loss_ = 0, loss_sum_ = 0, gradient_sum_ = 0;
  std::int64_t measured_ = 0;
};

}  // namespace

bool draws_batches(const advisor::Problem& problem) {
  if (problem.imbalanced()) return false;
  const bool part_of_a_class = problem.dataset_instances_per_class.value_or(0) > problem.instances_per_class;
  return part_of_a_class || problem.classes_per_batch < problem.classes ||
         problem.sampling == advisor::Sampling::random;
}

Result<EmbeddingsOutcome> run_mini_batches(const TrainSpec& spec, const VectorLayout& layout,
                                           const SupclOptions& options, double rest_tolerance, RunClock& clock,
                                           EventSink& events) {
  return MiniBatches(spec, layout, options, rest_tolerance, clock, events).run();
}

}  // namespace ssem::trainer
