#include "api/http/studies/export_route.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "api/http/message/error_response.h"
#include "api/http/message/file_response.h"
#include "api/http/studies/studies_call.h"

namespace ssem::api::http {
namespace {

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

Error no_copy(const std::string& why, std::string private_detail = {}) {
  return {ErrorCode::unavailable, "no copy could be made: " + why, {}, {}, std::move(private_detail)};
}

Response get_copy(const Request& request, storage::Storage& storage) {
  if (const auto query = read_query(request, {}); !query) return refusal(query.error(), request);
  const auto folder = std::make_shared<const PrivateFolder>();
  if (folder->path().empty()) return refusal(no_copy("there is no folder for temporary files"), request);
  const std::string path = folder->path() + "/optuna.sqlite";
  if (const auto fault = storage.copy_to(path)) {
    return refusal(
        no_copy("the storage or the folder for temporary files is locked, full or damaged", fault->for_operator()),
        request);
  }
  auto response = file_response(path, "application/vnd.sqlite3", folder);
  if (!response) return refusal(no_copy("the copy cannot be read"), request);
  response->headers.emplace_back("Content-Disposition", "attachment; filename=\"optuna.sqlite\"");
  return *std::move(response);
}

}  // namespace

void add_export_route(Router& router, storage::Storage& storage) {
  // All studies at once, and as much work as that is.
  router.add("GET", "/api/v1/export/optuna.sqlite", Access::admin,
             [&storage](const Request& request) { return get_copy(request, storage); });
}

}  // namespace ssem::api::http
