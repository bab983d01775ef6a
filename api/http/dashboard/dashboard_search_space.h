// What the trials of a study have been asked for, together.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/studies/distribution.h"
#include "api/studies/trial.h"

namespace ssem::api::http {

using NamedSpaces = std::vector<std::pair<std::string, studies::Distribution>>;  // by name

// Every parameter of any trial, ranges joined where kind, step and log agree.
NamedSpaces union_search_space(const std::vector<studies::TrialPtr>& trials);

// The parameters, with equal distributions, that every trial but the failed and waiting ones has.
NamedSpaces intersection_search_space(const std::vector<studies::TrialPtr>& trials);

}  // namespace ssem::api::http
