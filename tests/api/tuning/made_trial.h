// A completed trial with one parameter, x in [0, 1].
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "api/studies/distribution.h"
#include "api/studies/trial.h"

namespace ssem::api::tuning {

inline studies::TrialPtr made_trial(double x, std::vector<double> values,
                                    std::vector<studies::IntermediateValue> reports = {}) {
  studies::Trial trial;
  trial.state = studies::TrialState::complete;
  trial.values = std::move(values);
  trial.intermediate_values = std::move(reports);
  trial.params = {studies::param_from("x", x, studies::FloatDistribution{0, 1, {}, false})};
  return std::make_shared<const studies::Trial>(trial);
}

}  // namespace ssem::api::tuning
