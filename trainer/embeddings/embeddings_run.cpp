#include "trainer/embeddings/embeddings_run.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "trainer/embeddings/free_vectors.h"
#include "trainer/embeddings/mini_batches.h"
#include "trainer/embeddings/sphere_descent.h"
#include "trainer/embeddings/vectors_tensor.h"
#include "trainer/events/run_clock.h"
#include "trainer/loss/dcl_pass.h"
#include "trainer/loss/loss_pass.h"
#include "trainer/measure/geometry.h"
#include "trainer/spec/options_of_spec.h"

namespace ssem::trainer {
namespace {

// From here on the products are float32, twice as fast; the loss at the end is float64 all the same.
constexpr std::int64_t kRowsInFloat = 4000;
// More vectors than this have long flat valleys and hardly any bad starts: one start, ended when the loss is level.
constexpr std::int64_t kRowsForRestarts = 500;
constexpr double kLevel = 1e-5;
constexpr std::int64_t kMaxIterations = 5000;

LossAndGradient double_loss(const BatchRows& rows, const SupclOptions& options, std::int64_t columns) {
  if (options.convention == advisor::Convention::dcl) {
    auto pass = std::make_shared<DclPass>(rows, options, columns);
    return [pass](const double* z, double* gradient) {
      const double loss = pass->forward(z);
      pass->backward(z, 1, gradient);
      return loss;
    };
  }
  auto pass = std::make_shared<LossPass<double>>(rows, options, columns);
  return [pass](const double* z, double* gradient) {
    const double loss = pass->forward(z);
    pass->backward(z, 1, gradient);
    return loss;
  };
}

LossAndGradient float_loss(const BatchRows& rows, const SupclOptions& options, std::int64_t columns) {
  auto pass = std::make_shared<LossPass<float>>(rows, options, columns);
  const auto size = static_cast<std::size_t>(rows.size() * columns);
  return [pass, size](const double* z, double* gradient) {
    std::vector<float> narrow(z, z + size), narrow_gradient(size);
    const double loss = pass->forward(narrow.data());
    pass->backward(narrow.data(), 1, narrow_gradient.data());
    std::copy(narrow_gradient.begin(), narrow_gradient.end(), gradient);
    return loss;
  };
}

Progress progress_of(const DescentState& state, const RunClock& clock, std::int64_t step, std::int64_t images,
                     const Geometry& geometry) {
  Progress progress;
  progress.time_s = clock.elapsed_s();
  progress.step = step;
  progress.loss = state.loss;
  progress.within_class_variance = geometry.within_class_variance;
  progress.between_class_variance = geometry.between_class_variance;
  progress.view_alignment = geometry.view_similarity;
  progress.images_per_s = static_cast<double>(images * step) / std::max(progress.time_s, 1e-9);
  return progress;
}

}  // namespace

Result<EmbeddingsOutcome> run_embeddings(const TrainSpec& spec, EventSink& events, const StopFlag& stop) {
  const auto found = vector_layout(spec);
  if (!found) return found.error();
  const VectorLayout& layout = found.value();
  const SupclOptions options = loss_options(spec);
  if (options.convention == advisor::Convention::supcon_in) {
    return Error{ErrorCode::invalid_argument,
                 "convention supcon_in cannot be trained",
                 {{"/problem/convention", "must be another than supcon_in here"}}};
  }
  RunClock clock(spec.budget, stop);
  events.started("cpu", spec.budget.steps);
  if (draws_batches(spec.problem)) return run_mini_batches(spec, layout, options, clock, events);

  const BatchRows rows = layout.batch_rows();
  const bool in_float = layout.rows() >= kRowsInFloat && options.convention != advisor::Convention::dcl;
  const LossAndGradient exact = double_loss(rows, options, layout.columns);
  const LossAndGradient evaluate = in_float ? float_loss(rows, options, layout.columns) : exact;
  DescentOptions descent;
  descent.max_iterations = spec.budget.steps.value_or(kMaxIterations);
  const bool large = layout.rows() > kRowsForRestarts;
  const std::int64_t starts = large ? 1 : std::max<std::int64_t>(1, spec.restarts);
  if (large) descent.stall = kLevel;
  if (in_float) {
    descent.gradient_tolerance = 1e-6;
    descent.loss_resolution = 3e-7;
  }

  EmbeddingsOutcome outcome;
  outcome.rows = rows;
  outcome.loss = std::numeric_limits<double>::infinity();
  std::vector<double> best;
  bool out_of_time = false;
  for (std::int64_t start = 0; start < starts; ++start) {
    auto vectors =
        random_unit_vectors(layout.rows(), layout.columns,
                            static_cast<std::uint64_t>(spec.seed) * 1'000'003 + static_cast<std::uint64_t>(start));
    std::int64_t taken = 0;
    const auto result = descend_on_spheres(vectors, layout.columns, evaluate, descent, [&](const DescentState& state) {
      taken = state.iteration;
      if (clock.tells()) {
        const Geometry geometry = measure_geometry(vectors_tensor(vectors, layout.columns), rows);
        events.progress(progress_of(state, clock, outcome.steps + taken, layout.images(), geometry));
      }
      out_of_time = clock.out_of_time();
      return !clock.cancelled() && !out_of_time;
    });
    outcome.steps += taken;
    if (result.last.loss < outcome.loss || best.empty()) {
      outcome.loss = result.last.loss;
      outcome.gradient_norm = result.last.gradient_norm;
      outcome.converged = result.converged;
      outcome.convergence_why = result.why;
      best = std::move(vectors);
    }
    if (clock.cancelled() || out_of_time) break;
  }
  outcome.cancelled = clock.cancelled();
  if (out_of_time) outcome.convergence_why = "the budget of seconds is used up";
  outcome.images_per_s = static_cast<double>(layout.images() * outcome.steps) / std::max(clock.elapsed_s(), 1e-9);
  if (in_float) {
    std::vector<double> gradient(best.size());
    outcome.loss = exact(best.data(), gradient.data());
  }
  outcome.embeddings = vectors_tensor(best, layout.columns);
  events.progress(progress_of({outcome.steps, outcome.loss, outcome.gradient_norm}, clock, outcome.steps,
                              layout.images(), measure_geometry(outcome.embeddings, rows)));
  return outcome;
}

}  // namespace ssem::trainer
