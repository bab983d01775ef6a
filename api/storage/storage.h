// Where studies, trials and jobs are kept. One interface; --storage chooses the back end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"
#include "api/studies/study_store.h"

namespace ssem::api::storage {

// Thread safe. Nothing here throws.
class Storage {
 public:
  virtual ~Storage() = default;

  // Whether the storage can be read and written now: nothing when it can, else `unavailable` with the reason.
  virtual std::optional<Error> ping() = 0;

  // "memory", "sqlite": for people and for /readyz.
  virtual std::string_view kind() const = 0;

  virtual studies::StudyStore& studies() = 0;

  // Writes what is durable now into a new SQLite file that Optuna opens, in its own journal mode.
  virtual std::optional<Error> copy_to(const std::string& path) = 0;
};

// "memory:", or SQLAlchemy's form of a file: "sqlite:///relative/path", "sqlite:////absolute/path". The file is made
// when it is missing. The error names the URL's rule, or what is wrong with the file.
Result<std::unique_ptr<Storage>> open_storage(std::string_view url);

// The file that such a URL names; empty for "memory:". The error names the URL's rule.
Result<std::string> database_path_of(std::string_view url);

}  // namespace ssem::api::storage
