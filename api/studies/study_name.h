// Names for studies whose creator gave none.
#pragma once

#include <string>

namespace ssem::api::studies {

// Optuna's own pattern: "no-name-" and a random UUID.
std::string generated_study_name();

}  // namespace ssem::api::studies
