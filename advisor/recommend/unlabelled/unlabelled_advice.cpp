#include "advisor/recommend/unlabelled/unlabelled_advice.h"

#include <algorithm>
#include <cmath>

#include "advisor/evaluate/random_log_sum.h"
#include "advisor/evaluate/safe_temperatures.h"
#include "advisor/numeric/log_math.h"
#include "advisor/numeric/number_text.h"
#include "advisor/recommend/unlabelled/spread_cosines.h"
#include "advisor/recommend/unlabelled/unlabelled_lines.h"

namespace ssem::advisor {
namespace {

constexpr double kSideBySide[] = {0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1};
constexpr double kFewEffective = 10;
constexpr double kIdle = 0.02;        // of the loss of all-equal embeddings: the negatives no longer matter
constexpr double kNearlyEqual = 0.9;  // of all negatives: no look-alike is told from another image

double images_of(const UnlabelledProblem& problem) {
  return problem.dataset_images ? static_cast<double>(*problem.dataset_images) : kInfinity;
}

double scale_of(const UnlabelledProblem& problem, double temperature) {
  return problem.base_temperature ? temperature / *problem.base_temperature : 1;
}

// What the loss keeps however far the images are apart: the other views of the anchor's own image.
double least_loss(const UnlabelledProblem& problem) {
  const double own = problem.views_met() * problem.own_share();
  return own > 0 ? std::log(own) : -kInfinity;
}

void warn(UnlabelledAdvice& advice) {
  const TemperatureReading& here = advice.here;
  const std::string at = number_text(here.temperature);
  const auto add = [&](const char* code, std::string text) { advice.warnings.push_back({code, std::move(text)}); };
  if (here.temperature < advice.band.low || here.temperature > advice.band.high) {
    add("temperature_outside_band", "Temperature " + at + " lies outside " + number_text(advice.band.low) + " to " +
                                        number_text(advice.band.high) + ", where training is known to work here.");
  }
  const double negatives = advice.problem.negatives();
  if (negatives >= kFewEffective && here.effective_negatives < kFewEffective) {
    add("few_negatives_push", "Of " + grouped_text(negatives) + " negatives about " +
                                  number_text(here.effective_negatives, 2) + " do the pushing at temperature " + at +
                                  ": the look-alikes of an image, which are often of its kind. A higher temperature "
                                  "lets more take part.");
  }
  const double scale = scale_of(advice.problem, here.temperature);
  if (*here.ladder.optimum - scale * least_loss(advice.problem) < kIdle * here.ladder.all_equal) {
    add("negatives_idle",
        "Once the images are spread the loss is at its least whatever the negatives do: a larger "
        "batch or a higher temperature keeps them at work.");
  }
  if (here.effective_negatives > kNearlyEqual * negatives && here.temperature > advice.band.high) {
    add("all_push_alike",
        "At temperature " + at + " all negatives push nearly alike: images that look alike are hardly told apart.");
  }
}

void explain_choice(UnlabelledAdvice& advice) {
  const UnlabelledProblem& problem = advice.problem;
  const TemperatureReading& here = advice.here;
  const std::string at = "At temperature " + number_text(here.temperature);
  auto& why = advice.why;
  why.emplace_back(
      "Without labels the optimum is the same at every temperature: the views of an image at one point, the "
      "images spread evenly over the sphere. The temperature decides how hard look-alikes are driven apart "
      "on the way there; no theorem names the best one.");
  why.emplace_back(advice.band.why);
  why.push_back(at + " the " + grouped_text(problem.negatives()) + " negatives push like " +
                number_text(here.effective_negatives) + " that push alike, and an image at cosine " +
                number_text(kLookAlikeCosine) + " is pushed " + number_text(here.look_alike_push) +
                " times as hard as an average one.");
  why.push_back(
      "The loss reads " + number_text(here.ladder.all_equal) + " where all embeddings are one point, " +
      number_text(*here.ladder.initialisation) + " where they are random, and cannot stay below " +
      (*here.ladder.optimum < 1e-6 && *here.ladder.optimum > -1e-6 ? "0" : number_text(*here.ladder.optimum)) +
      (advice.exact ? "." : " (estimated)."));
  if (problem.kinds) {
    const double alike = problem.other_images() / static_cast<double>(*problem.kinds);
    why.push_back("With about " + grouped_text(static_cast<double>(*problem.kinds)) + " kinds of things, some " +
                  number_text(alike, 2) + " of the " + grouped_text(problem.other_images()) +
                  " other images are of an image's own kind.");
  }
}

}  // namespace

TemperatureReading read_temperature(const UnlabelledProblem& problem, double temperature) {
  const auto dimension = static_cast<double>(problem.dimension);
  const double scale = scale_of(problem, temperature);
  const double views = problem.views_met();
  const double terms = views * (problem.own_share() + problem.other_images());
  const SpreadCosines spread(images_of(problem), dimension, temperature);
  TemperatureReading reading;
  reading.temperature = temperature;
  reading.ladder.all_equal = scale * std::log(terms);
  reading.ladder.initialisation = scale * mean_log_sum(terms, dimension, temperature);
  reading.ladder.optimum = scale * (std::log(views) + spread.mean_log_sum(problem.own_share(), problem.other_images()));
  reading.effective_negatives = std::max(1.0, problem.negatives() * spread.effective_share());
  reading.look_alike_push = std::exp(-spread.log_mean_kernel(kLookAlikeCosine));
  return reading;
}

UnlabelledAdvice advise_unlabelled(const UnlabelledRequest& request) {
  UnlabelledAdvice advice;
  const UnlabelledProblem& problem = request.problem;
  advice.problem = problem;
  advice.band = temperature_band(problem.kinds);
  advice.temperature_given = request.temperature.has_value();
  const double temperature = request.temperature.value_or(advice.band.first);
  advice.here = read_temperature(problem, temperature);
  const SpreadCosines spread(images_of(problem), static_cast<double>(problem.dimension), temperature);
  advice.exact = spread.simplex();
  advice.uniformity = spread.uniformity();

  // Of the loss itself, not of how a library scales it.
  constexpr double kStep = 1e-3;
  UnlabelledProblem plain = problem;
  plain.base_temperature.reset();
  const TemperatureReading above = read_temperature(plain, temperature * std::exp(kStep));
  const TemperatureReading below = read_temperature(plain, temperature * std::exp(-kStep));
  advice.loss_per_log_temperature = (*above.ladder.optimum - *below.ladder.optimum) / (2 * kStep);
  advice.effective_negatives_per_log_temperature =
      (above.effective_negatives - below.effective_negatives) / (2 * kStep);

  for (const double other : kSideBySide) advice.temperatures.push_back(read_temperature(problem, other));
  advice.what_to_type = unlabelled_lines(problem, temperature);
  advice.numerics = safe_temperatures();
  explain_choice(advice);
  warn(advice);
  return advice;
}

}  // namespace ssem::advisor
