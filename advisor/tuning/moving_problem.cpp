#include "advisor/tuning/moving_problem.h"

#include <array>
#include <cmath>
#include <utility>

namespace ssem::advisor::tuning {
namespace {

constexpr std::array<std::pair<ProblemParameter, std::string_view>, 5> kNames{{
    {ProblemParameter::batch_size, "batch_size"},
    {ProblemParameter::instances_per_class, "instances_per_class"},
    {ProblemParameter::classes_per_batch, "classes_per_batch"},
    {ProblemParameter::dimension, "dimension"},
    {ProblemParameter::views, "views"},
}};

// A checked problem as a request that would give it.
ProblemFields fields_of(const Problem& problem) {
  ProblemFields fields;
  const bool counted = problem.imbalanced();
  if (counted) {
    fields.class_counts = problem.class_counts;
  } else {
    fields.classes = problem.classes;
    fields.dataset_is_batch = problem.dataset_is_batch;
    fields.dataset_instances_per_class = problem.dataset_instances_per_class;
    if (problem.sampling == Sampling::balanced) fields.classes_per_batch = problem.classes_per_batch;
  }
  fields.batch_size = problem.batch_size * problem.gpus_apart;
  fields.dimension = problem.dimension;
  fields.views = problem.views;
  fields.convention = problem.convention;
  fields.sampling = problem.sampling;
  fields.reduction = problem.reduction;
  fields.gpus = problem.gpus_apart;
  fields.loss_gathers = problem.gpus_apart == 1;
  fields.accumulation_steps = problem.accumulation_steps;
  fields.queue_size = problem.queue_size;
  fields.cross_entropy_weight = problem.cross_entropy_weight;
  fields.cross_entropy_head = problem.cross_entropy_head;
  fields.base_temperature = problem.base_temperature;
  return fields;
}

void set(ProblemFields& fields, ProblemParameter parameter, std::int64_t value) {
  switch (parameter) {
    case ProblemParameter::batch_size:
      fields.batch_size = value;
      break;
    case ProblemParameter::instances_per_class:
      fields.instances_per_class = value;
      fields.batch_size.reset();
      break;
    case ProblemParameter::classes_per_batch:
      fields.classes_per_batch = value;
      break;
    case ProblemParameter::dimension:
      fields.dimension = value;
      break;
    case ProblemParameter::views:
      fields.views = value;
      break;
  }
}

}  // namespace

std::optional<ProblemParameter> problem_parameter_from(std::string_view name) {
  for (const auto& [parameter, text] : kNames) {
    if (text == name) return parameter;
  }
  return std::nullopt;
}

std::string_view name(ProblemParameter parameter) {
  for (const auto& [each, text] : kNames) {
    if (each == parameter) return text;
  }
  return {};
}

std::optional<ProblemParameter> excluded_by(ProblemParameter parameter) {
  if (parameter == ProblemParameter::batch_size) return ProblemParameter::instances_per_class;
  if (parameter == ProblemParameter::instances_per_class) return ProblemParameter::batch_size;
  return std::nullopt;
}

double MovingField::value_at(const std::vector<double>& values) const {
  const double value = values[axis];
  if (choices.empty()) return value;
  const bool known = value >= 0 && value < static_cast<double>(choices.size());
  return known ? choices[static_cast<std::size_t>(value)] : std::nan("");
}

std::optional<Problem> problem_at(const Problem& problem, const std::vector<MovingField>& moving,
                                  const std::vector<double>& values) {
  if (moving.empty()) return problem;
  ProblemFields fields = fields_of(problem);
  for (const MovingField& field : moving) {
    const double value = field.value_at(values);
    if (!(std::abs(value) < 9e15) || value != std::floor(value)) return std::nullopt;
    set(fields, field.parameter, static_cast<std::int64_t>(value));
  }
  FaultList ignored;
  return check_problem(fields, ignored);
}

std::optional<double> value_in(const Problem& problem, ProblemParameter parameter) {
  switch (parameter) {
    case ProblemParameter::batch_size:
      return static_cast<double>(problem.batch_size * problem.gpus_apart);
    case ProblemParameter::instances_per_class:
      return static_cast<double>(problem.instances_per_class * problem.gpus_apart);
    case ProblemParameter::classes_per_batch:
      return static_cast<double>(problem.classes_per_batch);
    case ProblemParameter::dimension:
      return problem.dimension ? std::optional(static_cast<double>(*problem.dimension)) : std::nullopt;
    case ProblemParameter::views:
      return static_cast<double>(problem.views);
  }
  return std::nullopt;
}

}  // namespace ssem::advisor::tuning
