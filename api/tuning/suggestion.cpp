#include "api/tuning/suggestion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "advisor/numeric/number_text.h"
#include "advisor/tuning/first_point.h"
#include "advisor/tuning/next_point.h"
#include "advisor/tuning/quasi_random.h"

namespace ssem::api::tuning {
namespace {

using advisor::number_text;
using advisor::tuning::Axis;
using studies::TrialState;
using Space = advisor::tuning::SearchSpace;

// The nearest double that is no larger, or no smaller, than the integer.
double at_most(std::int64_t value) {
  const auto near = static_cast<double>(value);
  return near >= 0x1p63 || static_cast<std::int64_t>(near) > value ? std::nextafter(near, -0x1p63) : near;
}
double at_least(std::int64_t value) {
  const auto near = static_cast<double>(value);
  return near < 0x1p63 && static_cast<std::int64_t>(near) < value ? std::nextafter(near, 0x1p63) : near;
}

Axis axis_of(const studies::Distribution& distribution) {
  if (const auto* real = std::get_if<studies::FloatDistribution>(&distribution)) {
    return {Axis::Kind::real, real->low, studies::is_single(distribution) ? real->low : real->high,
            real->step.value_or(0.0), real->log};
  }
  if (const auto* integer = std::get_if<studies::IntDistribution>(&distribution)) {
    const double low = at_least(integer->low);
    return {Axis::Kind::integer, low, studies::is_single(distribution) ? low : at_most(integer->high),
            static_cast<double>(integer->step), integer->log};
  }
  const auto choices = std::get<studies::CategoricalDistribution>(distribution).choices.size();
  return {Axis::Kind::categorical, 0.0, static_cast<double>(choices) - 1, 1.0, false};
}

// Where in the space the name stands, if its values are real numbers.
std::optional<std::size_t> real_axis(const NamedDistributions& space, std::string_view name) {
  for (std::size_t index = 0; index < space.size(); ++index) {
    if (space[index].name == name) {
      if (std::holds_alternative<studies::FloatDistribution>(space[index].distribution)) return index;
    }
  }
  return std::nullopt;
}

// A field of the problem that the search moves; nothing where its values are no numbers.
std::optional<advisor::tuning::MovingField> moving_field(const NamedDistributions& space, std::size_t index) {
  const auto parameter = advisor::tuning::problem_parameter_from(space[index].name);
  if (!parameter) return std::nullopt;
  advisor::tuning::MovingField field{*parameter, index, {}};
  if (const auto* listed = std::get_if<studies::CategoricalDistribution>(&space[index].distribution)) {
    for (const studies::PythonValue& choice : listed->choices) {
      if (!choice.is_number()) return std::nullopt;
      field.choices.push_back(choice.number);
    }
  }
  return field;
}

Space space_of(const StudyConfig& config, const NamedDistributions& space) {
  std::vector<Axis> axes;
  axes.reserve(space.size());
  for (const NamedDistribution& each : space) axes.push_back(axis_of(each.distribution));
  const auto loss_weight = real_axis(space, "loss_weight");
  const auto temperature = real_axis(space, "temperature");
  std::optional<advisor::tuning::ProblemAxes> problem_axes;
  if (config.problem && loss_weight && temperature) {
    problem_axes = {*config.problem, *loss_weight, *temperature, {}};
    for (std::size_t index = 0; index < space.size(); ++index) {
      if (auto field = moving_field(space, index)) problem_axes->moving.push_back(*std::move(field));
    }
  }
  return {std::move(axes), std::move(problem_axes)};
}

std::optional<advisor::tuning::Values> values_of(const NamedDistributions& space, const PastTrial& trial) {
  advisor::tuning::Values values;
  for (const NamedDistribution& each : space) {
    const auto param = std::find_if(trial.params.begin(), trial.params.end(),
                                    [&](const studies::Param& known) { return known.name == each.name; });
    if (param == trial.params.end() || !std::isfinite(param->internal_value)) return std::nullopt;
    values.push_back(param->internal_value);
  }
  return values;
}

// One number per row, to be made small.
std::vector<double> scalars(std::vector<std::vector<double>> rows, const std::vector<studies::Direction>& directions,
                            std::uint64_t stream) {
  const std::size_t objectives = directions.size();
  std::vector<double> weights(objectives);
  double total = 0;
  for (std::size_t k = 0; k < objectives; ++k) {
    weights[k] =
        -std::log(1 - advisor::tuning::unit_number(advisor::tuning::mixed(stream + k)));  // uniform on the simplex
    total += weights[k];
  }
  for (std::size_t k = 0; k < objectives; ++k) {
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (std::vector<double>& row : rows) {
      if (directions[k] == studies::Direction::maximize) row[k] = -row[k];
      if (!std::isfinite(row[k])) continue;
      lowest = std::min(lowest, row[k]);
      highest = std::max(highest, row[k]);
    }
    if (objectives == 1) continue;
    const double width = highest > lowest ? highest - lowest : 1.0;
    for (std::vector<double>& row : rows) {
      if (std::isfinite(row[k])) row[k] = (row[k] - lowest) / width;
    }
  }
  std::vector<double> sums;
  sums.reserve(rows.size());
  for (const std::vector<double>& row : rows) {
    if (objectives == 1) {
      sums.push_back(row[0]);
      continue;
    }
    constexpr double kAugmentation = 0.05;
    double worst = -std::numeric_limits<double>::infinity();
    double sum = 0;
    for (std::size_t k = 0; k < objectives; ++k) {
      const double part = weights[k] / total * row[k];
      worst = std::max(worst, part);
      sum += part;
    }
    const double value = worst + kAugmentation * sum;
    sums.push_back(std::isnan(value) ? std::numeric_limits<double>::infinity() : value);  // +inf and -inf in one trial
  }
  return sums;
}

advisor::tuning::History history_of(const NamedDistributions& space, const std::vector<studies::Direction>& directions,
                                    const std::vector<PastTrial>& past, std::uint64_t stream) {
  advisor::tuning::History history;
  std::vector<std::vector<double>> rows;
  for (const PastTrial& trial : past) {
    const bool told = trial.state == TrialState::complete || trial.state == TrialState::pruned;
    if (!told && trial.state != TrialState::running && trial.state != TrialState::waiting) continue;
    auto values = values_of(space, trial);
    if (!values) continue;
    if (!told) {
      history.pending.push_back(*std::move(values));
    } else if (trial.values.size() == directions.size() &&
               std::none_of(trial.values.begin(), trial.values.end(), [](double v) { return std::isnan(v); })) {
      history.observations.push_back({*std::move(values), 0.0});
      rows.push_back(trial.values);
    }
  }
  const std::vector<double> sums = scalars(std::move(rows), directions, stream);
  for (std::size_t row = 0; row < sums.size(); ++row) history.observations[row].value = sums[row];
  return history;
}

// Whether no trial of any state has had this loss weight and temperature, neither of which is given.
bool is_news(const Space& searched, const NamedDistributions& space, const std::vector<PastTrial>& past,
             const advisor::tuning::Values& recommended) {
  const advisor::tuning::ProblemAxes& pair = *searched.problem_axes();
  if (searched.axes()[pair.loss_weight].single() || searched.axes()[pair.temperature].single()) return false;
  return std::none_of(past.begin(), past.end(), [&](const PastTrial& trial) {
    const auto values = values_of(space, trial);
    return values && (*values)[pair.loss_weight] == recommended[pair.loss_weight] &&
           (*values)[pair.temperature] == recommended[pair.temperature];
  });
}

void explain_search(const advisor::tuning::NextPoint& point, const std::vector<studies::Direction>& directions,
                    std::size_t told, const Space& space, std::vector<std::string>& why) {
  if (!point.from_model) {
    why.push_back(std::string(space.has_prior() ? "Points near what the goal's evidence speaks for come first: "
                                                : "An even spread over the space comes first: ") +
                  std::to_string(told) + " of " + std::to_string(advisor::tuning::spread_points(space)) +
                  " results are there that the model needs to begin.");
    return;
  }
  const std::string model =
      "A Gaussian process on " + std::to_string(told) + " results expects the most improvement here";
  if (directions.size() > 1) {
    why.push_back(model + ", for one weighting of the objectives drawn for this trial.");
    return;
  }
  const double sign = directions.front() == studies::Direction::maximize ? -1 : 1;
  why.push_back(model + ": " + number_text(sign * point.mean) + " +- " + number_text(point.deviation) +
                ", where the best so far is taken to be " + number_text(sign * point.best) + ".");
  if (space.has_prior()) {
    why.push_back("The goal's evidence weighs in with power " +
                  number_text(advisor::tuning::kPriorTrials / static_cast<double>(told), 2) +
                  ", which falls with every result.");
  }
}

// ", batch_size 384" for what the trial's own problem has.
std::string own_problem_text(const Space& space, const advisor::tuning::Values& values) {
  std::string text;
  for (const advisor::tuning::MovingField& field : space.problem_axes()->moving) {
    text += ", " + std::string(name(field.parameter)) + ' ' + number_text(field.value_at(values), 15);
  }
  return text.empty() ? text : text + ',';
}

void explain_theory(const advisor::tuning::NextPoint& point, const Space& space, std::vector<std::string>& why) {
  if (!space.has_theory()) {
    why.emplace_back("Theory finds no pair in this search space that keeps images of a class apart.");
    return;
  }
  const advisor::tuning::PairOfValues pair = space.pair_of(point.values);
  if (!point.admitted) {
    why.push_back(space.problem_of(point.values)
                      ? "Theory says that this pair collapses; no other was found in this search space."
                      : "These values make no problem that can be trained; no others were found in this search space.");
    return;
  }
  why.push_back("Loss weight " + number_text(pair.loss_weight) + " at temperature " + number_text(pair.temperature) +
                own_problem_text(space, point.values) + " gives a predicted within-class variance of " +
                number_text(space.predicted(point.values).within_class_variance) +
                "; pairs that collapse or split views are left out.");
  if (space.plane() == nullptr) return;
  if (space.has_prior()) {
    why.push_back("In training about " + number_text(space.plane()->within_class_variance(pair), 2) +
                  " is expected, which is what the search looks at, since the goal is known.");
  }
  if (const auto highest = space.plane()->highest_admitted_temperature()) {
    why.push_back("Temperatures above " + number_text(*highest) +
                  " collapse at every loss weight of this search space.");
  }
}

}  // namespace

PastTrial past_trial(const studies::Trial& trial) {
  PastTrial past{trial.state, trial.params, trial.values.value_or(std::vector<double>())};
  if (trial.state == TrialState::pruned && past.values.empty() && !trial.intermediate_values.empty()) {
    past.values = {trial.intermediate_values.back().value};
  }
  return past;
}

Suggestion suggest(const StudyConfig& config, const NamedDistributions& space,
                   const std::vector<studies::Direction>& directions, const std::vector<PastTrial>& past,
                   std::uint64_t number) {
  if (space.empty()) return {{}, {"Nothing was asked for."}};
  const Space searched = space_of(config, space);
  if (config.sampler == Sampler::random) {
    std::vector<double> unit;
    for (std::size_t axis = 0; axis < space.size(); ++axis) {
      unit.push_back(advisor::tuning::unit_number(
          advisor::tuning::mixed(advisor::tuning::mixed(config.seed ^ advisor::tuning::mixed(number)) + axis)));
    }
    Suggestion drawn{{}, {"Drawn at random, as the study's sampler says."}};
    for (std::size_t axis = 0; axis < space.size(); ++axis) {
      drawn.internal_values.push_back(value_at(searched.axes()[axis], unit[axis]));
    }
    return drawn;
  }
  const std::uint64_t stream = advisor::tuning::mixed(config.seed ^ advisor::tuning::mixed(number));
  const advisor::tuning::History history = history_of(space, directions, past, stream);
  if (searched.problem_axes() && history.observations.size() < spread_points(searched)) {
    advisor::tuning::FirstPoint first = first_point(searched);
    if (number == 0 || is_news(searched, space, past, first.values))
      return {std::move(first.values), std::move(first.why)};
  }
  advisor::tuning::NextPoint point = next_point(searched, history, config.seed, number);
  Suggestion suggestion;
  explain_search(point, directions, history.observations.size(), searched, suggestion.why);
  if (searched.problem_axes()) {
    explain_theory(point, searched, suggestion.why);
  } else if (config.problem) {
    suggestion.why.emplace_back(
        "The search space does not hold both loss_weight and temperature as floats: theory cannot shape the search.");
  }
  suggestion.internal_values = std::move(point.values);
  return suggestion;
}

}  // namespace ssem::api::tuning
