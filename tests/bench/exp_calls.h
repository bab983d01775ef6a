// Times with the cost of one exp call beside them, measured in the same run.
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>

namespace ssem::bench {

inline double seconds_per_exp() {
  static const double cost = [] {
    constexpr int kCalls = 2'000'000;
    double x = 0.1;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) {
      benchmark::DoNotOptimize(x);
      benchmark::DoNotOptimize(std::exp(x));
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / kCalls;
  }();
  return cost;
}

// Runs `call` and reports its time in exp calls.
template <class Call>
void measure(benchmark::State& state, Call&& call) {
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) call();
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  state.counters["exp_calls"] = elapsed / static_cast<double>(state.iterations()) / seconds_per_exp();
}

}  // namespace ssem::bench
