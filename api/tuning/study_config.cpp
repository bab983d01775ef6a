#include "api/tuning/study_config.h"

#include <algorithm>
#include <utility>

namespace ssem::api::tuning {

NamedDistributions default_search_space() {
  return {{"loss_weight", studies::FloatDistribution{0.0, 1.0, {}, false}},
          {"temperature", studies::FloatDistribution{0.01, 1.0, {}, true}}};
}

void join_pair(StudyConfig& config) {
  if (!config.problem) return;
  NamedDistributions joined;
  for (NamedDistribution& each : default_search_space()) {
    const auto is_it = [&](const NamedDistribution& named) { return named.name == each.name; };
    if (std::none_of(config.search_space.begin(), config.search_space.end(), is_it)) joined.push_back(std::move(each));
  }
  for (NamedDistribution& each : config.search_space) joined.push_back(std::move(each));
  config.search_space = std::move(joined);
}

}  // namespace ssem::api::tuning
