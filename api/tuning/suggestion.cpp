#include "api/tuning/suggestion.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/number_text.h"
#include "advisor/tuning/first_point.h"
#include "advisor/tuning/next_point.h"
#include "advisor/tuning/quasi_random.h"

namespace ssem::api::tuning {
namespace {

using advisor::number_text;
using advisor::tuning::Axis;
using Space = advisor::tuning::SearchSpace;

constexpr std::size_t kAdviceWithin = 3;  // results, where earlier searches begin

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

// Whether the trial's value can be one of this parameter here.
bool fits(const PastTrial& trial, const NamedDistribution& here) {
  const auto param = std::find_if(trial.params.begin(), trial.params.end(),
                                  [&](const studies::Param& known) { return known.name == here.name; });
  if (param == trial.params.end()) return false;
  if (param->distribution != nullptr && studies::incompatibility(*param->distribution, here.distribution)) return false;
  const double value = param->internal_value;
  if (const auto* real = std::get_if<studies::FloatDistribution>(&here.distribution)) {
    return value >= real->low && value <= real->high;
  }
  if (const auto* integer = std::get_if<studies::IntDistribution>(&here.distribution)) {
    return value >= static_cast<double>(integer->low) && value <= static_cast<double>(integer->high);
  }
  const auto choices = std::get<studies::CategoricalDistribution>(here.distribution).choices.size();
  return value >= 0 && value < static_cast<double>(choices);
}

// What lies in this search's space, seen through the theory of its own problem, and as this search's goal looks at it.
advisor::tuning::EarlierSearch earlier_search(const StudyConfig& config, const NamedDistributions& space,
                                              const EarlierStudy& study, std::uint64_t stream) {
  StudyConfig seen = config;
  if (config.problem && study.config.problem) {
    seen.problem = study.config.problem;
    seen.problem->goal = config.problem->goal;
  }
  std::vector<PastTrial> comparable;
  for (const PastTrial& trial : study.trials) {
    const bool inside = std::all_of(space.begin(), space.end(), [&](const auto& each) { return fits(trial, each); });
    if (inside) comparable.push_back(trial);
  }
  return {space_of(seen, space), search_history(space, study.directions, comparable, stream).observations};
}

void explain_earlier(const std::vector<EarlierStudy>& earlier,
                     const std::vector<advisor::tuning::EarlierSearch>& searches, std::vector<std::string>& why) {
  for (std::size_t k = 0; k < earlier.size(); ++k) {
    const std::string name = earlier[k].name.empty() ? "An earlier search" : "The study \"" + earlier[k].name + '"';
    const std::size_t results = searches[k].observations.size();
    if (!earlier[k].exists) {
      why.push_back(name + " is gone: what it found does not count any more.");
    } else if (results == 0) {
      why.push_back(name + " has no result in this search space.");
    } else {
      why.push_back(name + " counts with " + std::to_string(results) + (results == 1 ? " result" : " results") +
                    ": the shape that they show is where this search begins.");
    }
  }
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

// First of all; where earlier searches begin, second, so that what they could not know is tried too.
bool is_time_for_advice(const Space& searched, const advisor::tuning::History& history, std::uint64_t number) {
  if (!searched.problem_axes()) return false;
  const std::size_t begin = spread_points(searched, history);
  if (begin > 0) return history.observations.size() < begin;
  return number > 0 && history.observations.size() < kAdviceWithin;
}

void explain_search(const advisor::tuning::NextPoint& point, const std::vector<studies::Direction>& directions,
                    const advisor::tuning::History& history, const Space& space, std::vector<std::string>& why) {
  const std::size_t told = history.observations.size();
  if (!point.from_model) {
    why.push_back(std::string(space.has_prior() ? "Points near what the goal's evidence speaks for come first: "
                                                : "An even spread over the space comes first: ") +
                  std::to_string(told) + " of " + std::to_string(advisor::tuning::spread_points(space, history)) +
                  " results are there that the model needs to begin.");
    return;
  }
  std::string results = std::to_string(told) + (told == 1 ? " result" : " results");
  if (told == 0) results = "what earlier searches found";
  const std::string model = "A Gaussian process on " + results + " expects the most improvement here";
  if (directions.size() > 1) {
    why.push_back(model + ", for one weighting of the objectives drawn for this trial.");
    return;
  }
  const double sign = directions.front() == studies::Direction::maximize ? -1 : 1;
  why.push_back(model + ": " + number_text(sign * point.mean) + " +- " + number_text(point.deviation) +
                ", where the best so far is taken to be " + number_text(sign * point.best) + ".");
  if (space.has_prior()) {
    why.push_back("The goal's evidence weighs in with power " + number_text(advisor::tuning::prior_power(history), 2) +
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

Suggestion suggest(const StudyConfig& config, const NamedDistributions& space,
                   const std::vector<studies::Direction>& directions, const std::vector<PastTrial>& past,
                   std::uint64_t number, const std::vector<EarlierStudy>& earlier) {
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
  advisor::tuning::History history = search_history(space, directions, past, stream);
  for (const EarlierStudy& each : earlier) history.earlier.push_back(earlier_search(config, space, each, stream));
  if (is_time_for_advice(searched, history, number)) {
    advisor::tuning::FirstPoint first = first_point(searched);
    if (number == 0 || is_news(searched, space, past, first.values))
      return {std::move(first.values), std::move(first.why)};
  }
  advisor::tuning::NextPoint point = next_point(searched, history, config.seed, number);
  Suggestion suggestion;
  explain_search(point, directions, history, searched, suggestion.why);
  explain_earlier(earlier, history.earlier, suggestion.why);
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
