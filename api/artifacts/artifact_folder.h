// Artifacts: files that belong to trials or studies, each under its id in one folder, as Optuna's
// FileSystemArtifactStore and `optuna-dashboard --artifact-dir` keep them. What they belong to stands in attributes
// (study_artifacts.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"

namespace ssem::api::artifacts {

// Letters, digits, '-' and '_', at most 128 of them: what no path can be made of.
bool is_artifact_id(std::string_view id);

// Thread safe. Files are whole or absent, and readable by this user alone (the process's umask).
class ArtifactFolder {
 public:
  // Makes the folder where it is not there yet. `most_bytes` of all its files together.
  static Result<std::unique_ptr<ArtifactFolder>> open(const std::string& path, std::uint64_t most_bytes);

  // Ids must be artifact ids. Takes the place of an earlier artifact. `unprocessable` where there is no room.
  std::optional<Error> write(const std::string& id, std::string_view bytes);
  std::optional<std::filesystem::path> find(const std::string& id) const;
  bool remove(const std::string& id);  // false: there was none

 private:
  ArtifactFolder(std::filesystem::path path, std::uint64_t most_bytes)
      : path_(std::move(path)), most_bytes_(most_bytes) {}
  std::uint64_t bytes_of(const std::string& id) const;

  std::filesystem::path path_;
  std::uint64_t most_bytes_;
  mutable std::mutex mutex_;
  std::uint64_t held_bytes_ = 0;
};

}  // namespace ssem::api::artifacts
