// How a study is searched: what its creator said, kept in the study's system attribute "ssem:plan".
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "advisor/problem.h"
#include "advisor/result.h"
#include "api/studies/distribution.h"
#include "api/studies/trial.h"

namespace ssem::api::tuning {

inline constexpr std::string_view kStudyConfigAttribute = "ssem:plan";

struct NamedDistribution {
  std::string name;
  studies::Distribution distribution;
};
using NamedDistributions = std::vector<NamedDistribution>;

enum class Sampler { gaussian_process, random };

// As Optuna's MedianPruner, with its defaults.
struct MedianPruning {
  std::int64_t startup_trials = 5;
  std::int64_t warmup_steps = 0;
  std::int64_t interval_steps = 1;
  std::int64_t min_trials = 1;
};

// As Optuna's SuccessiveHalvingPruner, with its defaults; no min_resource: a hundredth of the longest trial's steps.
struct SuccessiveHalving {
  std::optional<std::int64_t> min_resource;
  std::int64_t reduction_factor = 4;
  std::int64_t min_early_stopping_rate = 0;
  std::int64_t bootstrap_count = 0;
};

using Pruning = std::variant<std::monostate, MedianPruning, SuccessiveHalving>;

struct StudyConfig {
  std::optional<advisor::Problem> problem;
  NamedDistributions search_space;  // what ask() asks for where the request does not say
  Sampler sampler = Sampler::gaussian_process;
  std::uint64_t seed = 0;
  Pruning pruning = MedianPruning{};
  std::int64_t max_retry = 1;                // how often a trial whose lease has run out is queued again
  std::vector<std::string> warm_start = {};  // names of studies whose results the search begins with
};

inline constexpr std::size_t kMostParameters = 1000;
inline constexpr std::size_t kMostEarlierStudies = 16;

// loss_weight in [0, 1] and temperature in [0.01, 1], logarithmic.
NamedDistributions default_search_space();

// Of the fields "problem", "search_space", "sampler", "seed", "pruner", "max_retry", "warm_start"; others are left to
// the caller. Faults carry pointers from the root of `body`.
StudyConfig read_study_config(const nlohmann::ordered_json& body, FaultList& faults);
inline constexpr std::string_view kStudyConfigFields[] = {"problem", "search_space", "sampler",   "seed",
                                                          "pruner",  "max_retry",    "warm_start"};

// Beside a problem the pair is searched whatever else is: those of loss_weight and temperature that the space does not
// name stand before it, as default_search_space() has them.
void join_pair(StudyConfig& config);

// {"name": distribution, ...}, each in either of the forms that Optuna's command line takes.
NamedDistributions read_search_space(const nlohmann::ordered_json& body, FaultList& faults);

std::string to_text(const StudyConfig& config);
std::string to_text(const NamedDistributions& space);

// The config that a study carries; the default one for studies that other programs made.
StudyConfig study_config_of(const studies::Study& study);

}  // namespace ssem::api::tuning
