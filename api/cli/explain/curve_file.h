// A loss curve from a file of any program: a table of steps and values, or TensorBoard's event file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/explain/curve_course.h"
#include "advisor/result.h"

namespace ssem::api::cli {

// Which of the two it is, its first bytes say (event_file.h). `name` picks the column or tag; without one there must be
// one that can be meant: the only one, or the only one with "loss" in its name. Faults are at /curve or /curve_name and
// name file, line or byte, and what there is to choose from.
Result<std::vector<advisor::LoggedPoint>> read_curve_file(const std::string& path,
                                                          const std::optional<std::string>& name);

}  // namespace ssem::api::cli
