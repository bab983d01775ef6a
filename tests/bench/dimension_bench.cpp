// Speed of what depends on the dimension and on unequal classes, with the cost of one exp call beside it in the same
// run.
#include <benchmark/benchmark.h>

#include <cmath>
#include <limits>

#include "advisor/dimension/low_dimension.h"
#include "advisor/dimension/variance_estimate.h"
#include "advisor/imbalance/imbalance.h"
#include "tests/bench/exp_calls.h"

namespace {

using namespace ssem::advisor;
using ssem::bench::measure;

void one_exp(benchmark::State& state) {
  double x = 0.1;
  measure(state, [&] {
    benchmark::DoNotOptimize(x);
    benchmark::DoNotOptimize(std::exp(x));
  });
}
BENCHMARK(one_exp);

void variance_estimate(benchmark::State& state, double classes, double images, double dataset, double dimension) {
  const BatchTerm term{1, images - 1, (classes - 1) * images, 1};
  VarianceEstimateInput input;
  input.classes = classes;
  input.geometry_instances = dataset;
  input.dimension = dimension;
  input.loss_weight = 0.5;
  input.temperature = 0.1;
  input.terms = {&term, 1};
  measure(state, [&] { benchmark::DoNotOptimize(estimate_within_class_variance(input)); });
}
BENCHMARK_CAPTURE(variance_estimate, cifar10_batch, 10, 51, 51, 128);
BENCHMARK_CAPTURE(variance_estimate, cifar10_dataset, 10, 51, 5000, 128);
BENCHMARK_CAPTURE(variance_estimate, cifar100_dataset, 100, 20, 500, 128);
BENCHMARK_CAPTURE(variance_estimate, imagenet1k_without_end, 1000, 8, std::numeric_limits<double>::infinity(), 2048);
BENCHMARK_CAPTURE(variance_estimate, tangent_only, 11, 51, 51, 10);

LowDimensionInput low_dimension_input(double classes, std::int64_t dimension) {
  LowDimensionInput input;
  input.classes = classes;
  input.instances_per_class = 5;
  input.dataset_share = 0.8;
  input.own_image_share = 0.5;
  input.dimension = dimension;
  return input;
}

// Every iteration is a temperature that was not asked before: nothing comes from the cache.
void low_dimension(benchmark::State& state) {
  LowDimensionInput input = low_dimension_input(100, state.range(0));
  input.temperature = 0.2;
  double loss_weight = 0.5;
  measure(state, [&] {
    input.temperature += 1e-6;
    loss_weight += 1e-6;
    benchmark::DoNotOptimize(low_dimension_boundary(input));
    benchmark::DoNotOptimize(low_dimension_temperature_threshold(input, loss_weight));
  });
}
BENCHMARK(low_dimension)->Arg(3)->Arg(16)->Arg(32)->Arg(64)->Arg(98)->Unit(benchmark::kMillisecond)->Iterations(2);

void low_dimension_estimate(benchmark::State& state, double classes, std::int64_t dimension) {
  LowDimensionInput input = low_dimension_input(classes, dimension);
  input.temperature = 0.2;
  input.estimate_only = true;
  measure(state, [&] { benchmark::DoNotOptimize(low_dimension_boundary(input)); });
}
BENCHMARK_CAPTURE(low_dimension_estimate, imagenet1k, 1000, 128);
BENCHMARK_CAPTURE(low_dimension_estimate, crowded_sphere, 1000, 8);

// Long-tailed counts from `largest` down to a hundredth of it.
void classes_of_a_long_tail(benchmark::State& state) {
  ProblemFields fields;
  const auto classes = static_cast<double>(state.range(0));
  fields.class_counts.emplace();
  for (double c = 0; c < classes; ++c) {
    fields.class_counts->push_back(static_cast<std::int64_t>(5000 * std::pow(0.01, c / (classes - 1))));
  }
  fields.batch_size = 64 * state.range(0);
  ssem::FaultList faults;
  const Problem problem = *check_problem(fields, faults);
  measure(state, [&] {
    std::vector<Warning> warnings;
    const ImbalanceModel model(problem);
    benchmark::DoNotOptimize(evaluate_classes(problem, model, model.thresholds(0.1), 0.5, 0.1, warnings));
    benchmark::DoNotOptimize(class_temperature_threshold(ImbalanceModel(problem), 0.5));
  });
}
BENCHMARK(classes_of_a_long_tail)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
