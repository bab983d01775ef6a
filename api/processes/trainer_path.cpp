#include "api/processes/trainer_path.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace ssem::api::processes {
namespace {

bool is_executable(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string> find_trainer() {
  const char* named = std::getenv("SSEM_TRAIN");
  if (named != nullptr && *named != '\0') {
    if (is_executable(named)) return std::filesystem::absolute(named).string();
    return Error{ErrorCode::unavailable, std::string("SSEM_TRAIN names no executable: ") + named, {}};
  }
  std::error_code fault;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", fault);
  const auto beside = own.parent_path() / "ssem-train";
  if (!fault && is_executable(beside)) return beside.string();
  return Error{ErrorCode::unavailable,
               "there is no ssem-train beside ssem: it was not built, for want of LibTorch. Run ./setup and build "
               "again, or name one in the environment variable SSEM_TRAIN",
               {}};
}

}  // namespace ssem::api::processes
