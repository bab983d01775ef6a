// Problems for tests: checked ones from a few numbers, and random ones that cover every magnitude.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>

#include "advisor/problem.h"

namespace ssem::advisor::test {

inline Problem checked(const ProblemFields& fields) {
  FaultList faults;
  const auto problem = check_problem(fields, faults);
  if (!problem) throw std::invalid_argument(faults.to_error().message);
  return *problem;
}

// The paper's setting: the batch is the data set.
inline Problem balanced(std::int64_t classes, std::int64_t instances,
                        Convention convention = Convention::anchor_excluded, std::int64_t views = 2) {
  ProblemFields fields;
  fields.classes = classes;
  fields.instances_per_class = instances;
  fields.dataset_is_batch = true;
  fields.convention = convention;
  fields.views = views;
  return checked(fields);
}

// Random batches come from a large data set, a balanced one is the data set.
inline Problem with_batch(std::int64_t classes, std::int64_t batch_size,
                          Convention convention = Convention::anchor_excluded, Sampling sampling = Sampling::balanced) {
  ProblemFields fields;
  fields.classes = classes;
  fields.batch_size = batch_size;
  fields.convention = convention;
  fields.sampling = sampling;
  fields.dataset_is_batch = sampling == Sampling::balanced;
  return checked(fields);
}

class RandomProblems {
 public:
  explicit RandomProblems(std::uint64_t seed) : engine_(seed) {}

  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }
  double log_uniform(double low, double high) { return std::exp(uniform(std::log(low), std::log(high))); }
  std::int64_t log_integer(double low, double high) { return static_cast<std::int64_t>(log_uniform(low, high)); }
  Convention convention() { return uniform(0, 1) < 0.5 ? Convention::anchor_included : Convention::anchor_excluded; }
  Problem problem(double most = 1e6) {
    return balanced(log_integer(2, most), log_integer(2, most), convention(), log_integer(2, 9));
  }

 private:
  std::mt19937_64 engine_;
};

inline double relative_error(double got, double want) {
  if (got == want) return 0;
  return std::abs(got - want) / std::max(std::abs(want), 1e-300);
}

}  // namespace ssem::advisor::test
