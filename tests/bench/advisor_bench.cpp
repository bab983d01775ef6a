// The advisor's speed, with the cost of one exp call beside it in the same run.
#include <benchmark/benchmark.h>

#include <cmath>

#include "advisor/evaluation.h"
#include "advisor/phase_diagram.h"
#include "advisor/recommendation.h"
#include "tests/bench/exp_calls.h"

namespace {

using namespace ssem::advisor;
using ssem::bench::measure;

Problem problem_with(std::optional<std::int64_t> dimension, Sampling sampling = Sampling::balanced,
                     Convention convention = Convention::anchor_excluded, std::int64_t classes = 10) {
  ProblemFields fields;
  fields.classes = classes;
  fields.batch_size = classes * 51;
  fields.dimension = dimension;
  fields.sampling = sampling;
  fields.convention = convention;
  ssem::FaultList faults;
  return *check_problem(fields, faults);
}

void one_exp(benchmark::State& state) {
  double x = 0.1;
  measure(state, [&] {
    benchmark::DoNotOptimize(x);
    benchmark::DoNotOptimize(std::exp(x));
  });
}
BENCHMARK(one_exp);

void evaluation(benchmark::State& state, const Problem& problem) {
  measure(state, [&] { benchmark::DoNotOptimize(evaluate({problem, 0.3, 0.1})); });
}
BENCHMARK_CAPTURE(evaluation, exact, problem_with(512));
BENCHMARK_CAPTURE(evaluation, exact_decoupled, problem_with(512, Sampling::balanced, Convention::dcl));
BENCHMARK_CAPTURE(evaluation, estimator_e1, problem_with(128));
BENCHMARK_CAPTURE(evaluation, random_batch, problem_with(std::nullopt, Sampling::random));
BENCHMARK_CAPTURE(evaluation, random_batch_e1, problem_with(128, Sampling::random));

void recommendation(benchmark::State& state, const Problem& problem) {
  measure(state, [&] { benchmark::DoNotOptimize(recommend({problem, std::nullopt, std::nullopt, std::nullopt})); });
}
BENCHMARK_CAPTURE(recommendation, exact, problem_with(512));
BENCHMARK_CAPTURE(recommendation, exact_decoupled, problem_with(512, Sampling::balanced, Convention::dcl));
BENCHMARK_CAPTURE(recommendation, estimator_e1, problem_with(128));
BENCHMARK_CAPTURE(recommendation, random_batch, problem_with(std::nullopt, Sampling::random));
BENCHMARK_CAPTURE(recommendation, random_batch_e1, problem_with(128, Sampling::random));

void diagram(benchmark::State& state, const Problem& problem) {
  PhaseDiagramRequest request;
  request.problem = problem;
  measure(state, [&] { benchmark::DoNotOptimize(phase_diagram(request)); });
}
BENCHMARK_CAPTURE(diagram, exact, problem_with(512))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(diagram, estimator_e1, problem_with(128))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(diagram, random_batch_e1, problem_with(128, Sampling::random))->Unit(benchmark::kMillisecond);

// Every iteration is a temperature that was not asked before: nothing comes from the cache.
void low_dimension(benchmark::State& state) {
  const Problem problem = problem_with(50, Sampling::balanced, Convention::anchor_excluded, 100);
  double temperature = 0.1;
  measure(state, [&] { benchmark::DoNotOptimize(evaluate({problem, 0.3, temperature += 1e-6})); });
}
BENCHMARK(low_dimension)->Unit(benchmark::kMillisecond)->Iterations(3);

void low_dimension_cached(benchmark::State& state) {
  const Problem problem = problem_with(50, Sampling::balanced, Convention::anchor_excluded, 100);
  benchmark::DoNotOptimize(evaluate({problem, 0.3, 0.2}));
  measure(state, [&] { benchmark::DoNotOptimize(evaluate({problem, 0.3, 0.2})); });
}
BENCHMARK(low_dimension_cached);

}  // namespace

BENCHMARK_MAIN();
