// Names for studies whose creator gave none.
#pragma once

#include <string>

namespace ssem::api::studies {

// Version 4, lower case.
std::string random_uuid();

// Optuna's own pattern: "no-name-" and a random UUID.
std::string generated_study_name();

}  // namespace ssem::api::studies
