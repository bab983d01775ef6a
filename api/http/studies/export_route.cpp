#include "api/http/studies/export_route.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "api/http/error_response.h"
#include "api/http/studies/studies_call.h"

namespace ssem::api::http {
namespace {

// The answer is sent from memory.
constexpr std::uintmax_t kMaxBytes = std::uintmax_t{512} * 1024 * 1024;

// A folder that only this process reads, gone with its contents.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code none;
    std::string name = (std::filesystem::temp_directory_path(none) / "ssem_export_XXXXXX").string();
    if (!none && ::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::string& path() const { return path_; }  // empty: it could not be made

 private:
  std::string path_;
};

Error no_copy(const std::string& why) { return {ErrorCode::unavailable, "no copy could be made: " + why, {}}; }

Result<std::string> copied(storage::Storage& storage) {
  const PrivateFolder folder;
  if (folder.path().empty()) return no_copy("there is no folder for temporary files");
  const std::string path = folder.path() + "/optuna.sqlite";
  if (storage.copy_to(path)) return no_copy("the storage or the folder for temporary files is locked, full or damaged");
  std::error_code fault;
  const std::uintmax_t bytes = std::filesystem::file_size(path, fault);
  if (fault) return no_copy("the copy is gone");
  if (bytes > kMaxBytes) return no_copy("it is larger than 512 MiB; copy the file with sqlite3's .backup instead");
  std::string content(static_cast<std::size_t>(bytes), '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(content.data(), static_cast<std::streamsize>(content.size())))
    return no_copy("the copy cannot be read");
  return content;
}

Response get_copy(const Request& request, storage::Storage& storage) {
  if (const auto query = read_query(request, {}); !query) return error_response(query.error(), request.request_id);
  Result<std::string> content = copied(storage);
  if (!content) return error_response(content.error(), request.request_id);
  Response response;
  response.content_type = "application/vnd.sqlite3";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"optuna.sqlite\"");
  response.body = std::move(content).value();
  return response;
}

}  // namespace

void add_export_route(Router& router, storage::Storage& storage) {
  router.add("GET", "/api/v1/export/optuna.sqlite", Access::key,
             [&storage](const Request& request) { return get_copy(request, storage); });
}

}  // namespace ssem::api::http
