#include "api/studies/trial_state.h"

#include <algorithm>

namespace ssem::api::studies {

std::optional<TrialState> trial_state_named(std::string_view name) {
  const auto found = std::find(kTrialStateNames.begin(), kTrialStateNames.end(), name);
  if (found == kTrialStateNames.end()) return std::nullopt;
  return static_cast<TrialState>(found - kTrialStateNames.begin());
}

std::optional<Direction> direction_named(std::string_view name) {
  const auto same = [](char given, char lower) {
    return given == lower || (given >= 'A' && given <= 'Z' && given - 'A' + 'a' == lower);
  };
  for (std::size_t index = 0; index < kDirectionNames.size(); ++index) {
    const std::string_view known = kDirectionNames[index];
    if (std::equal(name.begin(), name.end(), known.begin(), known.end(), same)) return static_cast<Direction>(index);
  }
  return std::nullopt;
}

}  // namespace ssem::api::studies
