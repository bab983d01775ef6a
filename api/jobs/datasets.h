// Data sets that the operator registered by name. Requests name them; they never name files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/json/shared_json.h"
#include "advisor/result.h"

namespace ssem::api::jobs {

struct Dataset {
  std::string name;
  std::string kind;
  advisor::json::SharedJson spec;  // ssem-train's "dataset" object, with absolute paths
};

// gaussian_hierarchy and shapes are there from the start.
class Datasets {
 public:
  Datasets();

  // "NAME=KIND:PATH" or "NAME={...}", the object being ssem-train's "dataset". Relative paths start here and now.
  // Errors: name, form or kind is wrong, the name is taken, or the path does not exist.
  std::optional<Error> add(std::string_view definition);

  const Dataset* find(std::string_view name) const;
  std::vector<std::string> names() const;
  const std::vector<Dataset>& all() const { return datasets_; }

 private:
  std::vector<Dataset> datasets_;
};

// The text with the paths of the data set replaced by its name: for messages that leave the server.
std::string without_paths(std::string text, const Dataset& dataset);

}  // namespace ssem::api::jobs
