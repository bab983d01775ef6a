#include <string>

#include "api/storage/memory_storage.h"
#include "api/storage/sqlite_storage.h"
#include "api/storage/storage.h"

namespace ssem::api::storage {
namespace {

constexpr std::string_view kMemoryUrl = "memory:";
constexpr std::string_view kSqlitePrefix = "sqlite:///";

Error bad_url(const std::string& rule) {
  return {ErrorCode::invalid_argument,
          "storage URL: " + rule + "; use memory: or sqlite:///FILE (an absolute path makes four slashes)",
          {}};
}

}  // namespace

Result<std::string> database_path_of(std::string_view url) {
  if (url == kMemoryUrl) return std::string();
  if (url.substr(0, kSqlitePrefix.size()) == kSqlitePrefix) {
    const std::string_view path = url.substr(kSqlitePrefix.size());
    if (path.empty()) return bad_url("names no file");
    if (path == ":memory:") return bad_url("an in-memory SQLite database is not kept between connections");
    if (path.find('?') != std::string_view::npos) return bad_url("options after ? are not supported");
    if (path.find('\0') != std::string_view::npos) return bad_url("the path contains NUL");
    return std::string(path);
  }
  const std::string_view scheme = url.substr(0, url.find(':'));
  if (scheme == "sqlite") return bad_url("sqlite: is followed by three slashes and a path");
  if (scheme.size() == url.size()) return bad_url("has no scheme");
  return bad_url("this scheme is not supported");
}

Result<std::unique_ptr<Storage>> open_storage(std::string_view url) {
  const Result<std::string> path = database_path_of(url);
  if (!path) return path.error();
  return path.value().empty() ? make_memory_storage() : open_sqlite_storage(path.value());
}

}  // namespace ssem::api::storage
