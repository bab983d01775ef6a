// Cost of reading a request and of writing an answer, apart from the advice itself.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"

namespace {

namespace json = ssem::advisor::json;

constexpr const char* kRequest =
    R"({"classes":10,"batch_size":512,"dimension":128,"dataset_instances_per_class":5000,"loss_weight":0.5})";

ssem::advisor::Recommendation recommendation() {
  return recommend(json::read_recommendation_request(json::parse_strict(kRequest).value()).value());
}

void parse_and_read_request(benchmark::State& state) {
  for (auto _ : state) {
    const auto body = json::parse_strict(kRequest);
    auto request = json::read_recommendation_request(body.value());
    benchmark::DoNotOptimize(request);
  }
}
BENCHMARK(parse_and_read_request);

void write_evaluation(benchmark::State& state) {
  const auto answer = recommendation().evaluation;
  std::size_t bytes = 0;
  for (auto _ : state) bytes = json::to_text(answer).size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(write_evaluation);

void write_recommendation(benchmark::State& state) {
  const auto answer = recommendation();
  std::size_t bytes = 0;
  for (auto _ : state) bytes = json::to_text(answer).size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(write_recommendation);

void build_tree_and_dump_recommendation(benchmark::State& state) {
  const auto answer = recommendation();
  for (auto _ : state) benchmark::DoNotOptimize(json::dump(json::to_json(answer)));
}
BENCHMARK(build_tree_and_dump_recommendation);

void write_phase_diagram_64_by_96(benchmark::State& state) {
  ssem::advisor::PhaseDiagramRequest request;
  request.problem = recommendation().evaluation.problem;
  request.problem.dimension.reset();
  const auto answer = phase_diagram(request);
  for (auto _ : state) benchmark::DoNotOptimize(json::to_text(answer));
}
BENCHMARK(write_phase_diagram_64_by_96)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
