#include "api/artifacts/artifact_folder.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "files/atomic_file.h"

namespace ssem::api::artifacts {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestId = 128;
constexpr unsigned kMibShift = 20;

Error cannot_open(const std::string& path, const std::string& why) {
  return {ErrorCode::unavailable, "the artifact folder " + path + " cannot be used: " + why, {}};
}

// Nothing for what is no plain file, such as a link that leads elsewhere.
std::optional<std::uint64_t> plain_size(const fs::path& path) {
  std::error_code fault;
  if (fs::symlink_status(path, fault).type() != fs::file_type::regular) return std::nullopt;
  const std::uint64_t bytes = fs::file_size(path, fault);
  return fault ? std::nullopt : std::optional(bytes);
}

}  // namespace

bool is_artifact_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           letter == '-' || letter == '_';
  });
}

Result<std::unique_ptr<ArtifactFolder>> ArtifactFolder::open(const std::string& path, std::uint64_t most_bytes) {
  std::error_code fault = files::make_folders(path);
  if (fault) return cannot_open(path, fault.message());
  const fs::path whole = fs::canonical(path, fault);
  if (fault) return cannot_open(path, fault.message());
  std::unique_ptr<ArtifactFolder> folder(new ArtifactFolder(whole, most_bytes));
  fs::directory_iterator entry(whole, fault);
  for (const fs::directory_iterator end; !fault && entry != end; entry.increment(fault)) {
    // Not what a killed server left half written, which has no id.
    if (is_artifact_id(entry->path().filename().string())) folder->held_bytes_ += plain_size(entry->path()).value_or(0);
  }
  if (fault) return cannot_open(path, fault.message());
  return folder;
}

std::uint64_t ArtifactFolder::bytes_of(const std::string& id) const { return plain_size(path_ / id).value_or(0); }

std::optional<Error> ArtifactFolder::write(const std::string& id, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t before = bytes_of(id);
  const std::uint64_t after = held_bytes_ - std::min(held_bytes_, before) + bytes.size();
  if (after > most_bytes_) {
    return Error{ErrorCode::unprocessable,
                 "there is no room for the artifact: all of them may take " + std::to_string(most_bytes_ >> kMibShift) +
                     " MiB (ssem serve --max-artifacts-mib)",
                 {}};
  }
  if (auto fault = files::write_atomically(path_ / id, bytes)) {
    fault->private_detail = std::exchange(fault->message, "the artifact cannot be written");
    return fault;
  }
  held_bytes_ = after;
  return std::nullopt;
}

std::optional<fs::path> ArtifactFolder::find(const std::string& id) const {
  if (!plain_size(path_ / id)) return std::nullopt;
  return path_ / id;
}

bool ArtifactFolder::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t bytes = bytes_of(id);
  std::error_code fault;
  if (!plain_size(path_ / id) || !fs::remove(path_ / id, fault)) return false;
  held_bytes_ -= std::min(held_bytes_, bytes);
  return true;
}

}  // namespace ssem::api::artifacts
