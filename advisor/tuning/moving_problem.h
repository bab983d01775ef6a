// A problem some of whose fields are parameters of the search: every trial has a problem of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "advisor/problem.h"

namespace ssem::advisor::tuning {

enum class ProblemParameter { batch_size, instances_per_class, classes_per_batch, dimension, views };

// As a request calls them.
std::optional<ProblemParameter> problem_parameter_from(std::string_view name);
std::string_view name(ProblemParameter parameter);

// Of these two a problem has one; the other is derived.
std::optional<ProblemParameter> excluded_by(ProblemParameter parameter);

struct MovingField {
  ProblemParameter parameter = ProblemParameter::batch_size;
  std::size_t axis = 0;
  std::vector<double> choices;  // of a categorical axis, whose values are places in this list; else empty

  double value_at(const std::vector<double>& values) const;
};

// `problem` with the fields' values of one trial. Absent where they make no problem: a broken whole number, fewer
// images than classes in a balanced batch, a batch larger than the data set.
std::optional<Problem> problem_at(const Problem& problem, const std::vector<MovingField>& moving,
                                  const std::vector<double>& values);

// What the problem itself has for the field.
std::optional<double> value_in(const Problem& problem, ProblemParameter parameter);

}  // namespace ssem::advisor::tuning
