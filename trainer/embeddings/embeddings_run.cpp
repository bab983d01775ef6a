#include "trainer/embeddings/embeddings_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "advisor/numeric/number_text.h"
#include "trainer/embeddings/free_vectors.h"
#include "trainer/embeddings/mini_batches.h"
#include "trainer/embeddings/settled_descent.h"
#include "trainer/embeddings/vectors_tensor.h"
#include "trainer/events/run_clock.h"
#include "trainer/loss/double_pass.h"
#include "trainer/loss/loss_pass.h"
#include "trainer/measure/geometry.h"
#include "trainer/spec/options_of_spec.h"

namespace ssem::trainer {
namespace {

// From here on the products are float32, twice as fast; the loss at the end is float64 all the same.
constexpr std::int64_t kRowsInFloat = 4000;
// More vectors than this have hardly any bad starts: one start.
constexpr std::int64_t kRowsForRestarts = 500;
constexpr std::int64_t kMaxIterations = 5000;  // of one start

LossAndGradient double_loss(const BatchRows& rows, const SupclOptions& options, std::int64_t columns) {
  auto pass = std::make_shared<DoublePass>(rows, options, columns);
  return [pass](const double* z, double* gradient) { return pass->loss_and_gradient(z, gradient); };
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

DescentOptions descent_options(bool in_float) {
  DescentOptions descent;
  if (in_float) {
    descent.gradient_tolerance = 1e-6;
    descent.loss_resolution = 3e-7;
  }
  return descent;
}

// The starts of one run, one after the other.
class FullBatch {
 public:
  FullBatch(const TrainSpec& spec, const VectorLayout& layout, const SupclOptions& options, double rest_tolerance,
            RunClock& clock, EventSink& events)
      : spec_(spec),
        layout_(layout),
        rows_(layout.batch_rows()),
        in_float_(layout.rows() >= kRowsInFloat && !has_pair_denominators(options.convention)),
        exact_(double_loss(rows_, options, layout.columns)),
        tolerance_(rest_tolerance),
        clock_(clock),
        events_(events),
        starts_(layout.rows() > kRowsForRestarts ? 1 : std::max<std::int64_t>(1, spec.restarts)),
        descent_(
            layout.columns, in_float_ ? float_loss(rows_, options, layout.columns) : exact_,
            [this](const std::vector<double>& vectors) { return judged(vectors); },
            {descent_options(in_float_), rest_tolerance, seed()},
            [this](const DescentState& state, double, double moved) { return go_on(state, moved); }) {}

  EmbeddingsOutcome run() {
    const std::int64_t planned = spec_.budget.steps.value_or(kMaxIterations * starts_);
    Settled best;
    std::vector<double> vectors;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    std::int64_t begun = 0;
    for (; begun < starts_ && (begun == 0 || !ended()) && steps_ < planned; ++begun) {
      auto start = random_unit_vectors(layout_.rows(), layout_.columns, seed() + static_cast<std::uint64_t>(begun));
      const std::int64_t fair = (planned - steps_) / (starts_ - begun);
      const Settled settled = descent_.descend(start, std::max<std::int64_t>(1, fair));
      steps_ += settled.iterations;
      least = std::min(least, settled.judged);
      most = std::max(most, settled.judged);
      if (vectors.empty() || settled.loss < best.loss) {
        best = settled;
        vectors = std::move(start);
      }
    }
    if (best.at_rest && tolerance_ > 0 && !ended()) {
      const std::int64_t before = best.iterations;
      best = descent_.prove(vectors, best, planned - steps_);
      steps_ += best.iterations - before;
    }
    EmbeddingsOutcome outcome;
    outcome.rows = rows_;
    outcome.loss = best.loss;
    outcome.gradient_norm = best.gradient_norm;
    outcome.steps = steps_;
    outcome.cancelled = clock_.cancelled();
    outcome.converged = best.at_rest && !outcome.cancelled;
    outcome.convergence_why = outcome.cancelled                       ? "it was cancelled"
                              : clock_.out_of_time() && !best.at_rest ? "the budget of seconds is used up"
                                                                      : best.why;
    if (outcome.converged && begun > 1) {
      outcome.convergence_why += "; " + std::to_string(begun) + " random starts lie within " +
                                 advisor::number_text(most - least, 2) + " of each other";
    }
    if (in_float_) {
      std::vector<double> gradient(vectors.size());
      outcome.loss = exact_(vectors.data(), gradient.data());
    }
    outcome.embeddings = vectors_tensor(vectors, layout_.columns);
    geometry_ = measure_geometry(outcome.embeddings, rows_);
    Progress last = progress_of({steps_, outcome.loss, outcome.gradient_norm}, std::nullopt);
    outcome.images_per_s = last.images_per_s;
    events_.progress(last);
    return outcome;
  }

 private:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(spec_.seed) * 1'000'003; }
  bool ended() const { return clock_.cancelled() || clock_.out_of_time(); }

  double judged(const std::vector<double>& vectors) {
    geometry_ = measure_geometry(vectors_tensor(vectors, layout_.columns), rows_);
    return geometry_.within_class_variance - geometry_.view_variance;
  }

  bool go_on(const DescentState& state, double moved) {
    if (state.iteration == 1) before_ = told_;
    told_ = before_ + state.iteration;
    if (clock_.tells()) events_.progress(progress_of({told_, state.loss, state.gradient_norm}, moved));
    return !ended();
  }

  Progress progress_of(const DescentState& state, std::optional<double> moved) const {
    Progress progress;
    progress.time_s = clock_.elapsed_s();
    progress.step = state.iteration;
    progress.total_steps = spec_.budget.steps;
    progress.loss = state.loss;
    progress.within_class_variance = geometry_.within_class_variance;
    progress.between_class_variance = geometry_.between_class_variance;
    progress.view_alignment = geometry_.view_similarity;
    progress.images_per_s = static_cast<double>(layout_.images() * state.iteration) / std::max(progress.time_s, 1e-9);
    if (tolerance_ > 0 && moved && std::isfinite(*moved)) progress.moved = moved;
    if (tolerance_ > 0) progress.tolerance = tolerance_;
    return progress;
  }

  const TrainSpec& spec_;
  const VectorLayout& layout_;
  const BatchRows rows_;
  bool in_float_;
  LossAndGradient exact_;
  double tolerance_;
  RunClock& clock_;
  EventSink& events_;
  std::int64_t starts_;
  SettledDescent descent_;
  Geometry geometry_;  // of the last iteration
  std::int64_t steps_ = 0, told_ = 0, before_ = 0;
};

}  // namespace

Result<EmbeddingsOutcome> run_embeddings(const TrainSpec& spec, double rest_tolerance, EventSink& events,
                                         const StopFlag& stop) {
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
  if (draws_batches(spec.problem)) {
    return run_mini_batches(spec, layout, options, rest_tolerance, clock, events);
  }
  events.started("cpu", spec.budget.steps);
  return FullBatch(spec, layout, options, rest_tolerance, clock, events).run();
}

}  // namespace ssem::trainer
