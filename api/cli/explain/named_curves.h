// Curves of one file by name, and which of them is the loss.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "advisor/explain/curve_course.h"
#include "advisor/result.h"

namespace ssem::api::cli {

struct NamedCurve {
  std::string name;
  std::vector<advisor::LoggedPoint> points;
};

// What is wrong with a file, with its place in it; the file's name goes in front.
inline Error curve_fault(const std::string& message) { return field_error("/curve", message); }

// The one called `name`, else the only one, else the only one whose name holds "loss" in any case.
Result<std::size_t> choose_curve(const std::vector<std::string>& names, const std::optional<std::string>& name);

}  // namespace ssem::api::cli
