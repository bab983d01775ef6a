// Which temperature to train at without labels, and what it does (theory.md, section 1, "No labels at all").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/recommend/unlabelled/temperature_evidence.h"
#include "advisor/recommend/unlabelled/unlabelled_problem.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {

struct UnlabelledRequest {
  UnlabelledProblem problem;
  std::optional<double> temperature;  // absent: advised
};

// Two images at this cosine look alike.
inline constexpr double kLookAlikeCosine = 0.5;

// What one temperature does. Losses are scaled as the problem logs them.
struct TemperatureReading {
  double temperature = 0;
  LossLadder ladder;  // no rung for collapsed classes
  // Of as many that push alike: (sum of pushes)^2 / sum of their squares, over images spread evenly. At least 1.
  double effective_negatives = 0;
  double look_alike_push = 0;  // of an image at kLookAlikeCosine, in units of an average one's
};

struct UnlabelledAdvice {
  UnlabelledProblem problem;
  bool temperature_given = false;
  TemperatureReading here;
  bool exact = false;                   // the images form a simplex; else the optimum is the uniform distribution's
  double uniformity = 0;                // of the optimum, whatever the temperature
  double loss_per_log_temperature = 0;  // of the optimum
  double effective_negatives_per_log_temperature = 0;
  TemperatureBand band;
  std::vector<TemperatureReading> temperatures;  // others, side by side
  std::vector<std::string> why;
  std::vector<Snippet> what_to_type;
  std::vector<NumericLimit> numerics;
  std::vector<Warning> warnings;
};

TemperatureReading read_temperature(const UnlabelledProblem& problem, double temperature);

// Some milliseconds. Thread safe, never throws.
UnlabelledAdvice advise_unlabelled(const UnlabelledRequest& request);

}  // namespace ssem::advisor
