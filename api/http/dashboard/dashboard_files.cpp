#include "api/http/dashboard/dashboard_files.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace ssem::api::http {
namespace {

constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{64} * 1024 * 1024;

Error unusable(const std::string& folder, const std::string& why) {
  return {
      ErrorCode::invalid_argument,
      "--dashboard-dir " + folder + ": " + why + "; it is the folder optuna_dashboard of an installed optuna-dashboard",
      {}};
}

}  // namespace

Result<DashboardFiles> DashboardFiles::read(const std::string& folder) {
  DashboardFiles files;
  const std::filesystem::path root(folder);
  const auto add = [&](const std::filesystem::path& path) {
    std::error_code fault;
    if (!std::filesystem::is_regular_file(path, fault) || std::filesystem::file_size(path, fault) > kMaxFileBytes)
      return;
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file) files.files_.emplace(path.lexically_relative(root).generic_string(), std::move(content));
  };
  add(root / "index.html");
  for (const char* part : {"public", "img"}) {
    std::error_code fault;
    std::filesystem::recursive_directory_iterator entries(root / part, fault);
    for (; !fault && entries != std::filesystem::recursive_directory_iterator(); entries.increment(fault)) {
      add(entries->path());
    }
  }
  for (const char* needed : {"index.html", "public/bundle.js"}) {
    if (files.find(needed) == nullptr) return unusable(folder, std::string("it holds no ") + needed);
  }
  return files;
}

const std::string* DashboardFiles::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace ssem::api::http
