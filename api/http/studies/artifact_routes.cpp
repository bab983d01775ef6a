#include "api/http/studies/artifact_routes.h"

#include <functional>
#include <string>
#include <utility>

#include "api/http/message/error_response.h"
#include "api/http/message/file_response.h"
#include "api/http/studies/studies_call.h"

namespace ssem::api::http {
namespace {

constexpr const char* kBytes = "application/octet-stream";

Error no_artifact(const std::string& id) {
  return {ErrorCode::not_found, "there is no artifact with the id " + id, {}};
}

// Runs `work` with the path's id, if it is one and artifacts are kept.
Response with_id(const Request& request, artifacts::ArtifactFolder* artifacts,
                 const std::function<Response(artifacts::ArtifactFolder&, const std::string&)>& work) {
  if (artifacts == nullptr) return study_refusal(no_artifact_folder(), request);
  const std::string& id = request.path_params.front().second;
  if (!artifacts::is_artifact_id(id)) {
    return study_refusal(field_error("/artifact_id", "must be 1 to 128 letters, digits, - or _"), request);
  }
  return work(*artifacts, id);
}

Response put_artifact(const Request& request, artifacts::ArtifactFolder& artifacts, const std::string& id) {
  if (const auto fault = artifacts.write(id, request.body)) return study_refusal(*fault, request);
  return ok("{}");
}

Response get_artifact(const Request& request, artifacts::ArtifactFolder& artifacts, const std::string& id) {
  auto response = artifact_response(request, artifacts, id, kBytes);
  return response ? *std::move(response) : study_refusal(no_artifact(id), request);
}

Response delete_artifact(const Request& request, artifacts::ArtifactFolder& artifacts, const std::string& id) {
  return artifacts.remove(id) ? ok("{}") : study_refusal(no_artifact(id), request);
}

}  // namespace

Error no_artifact_folder() {
  return {ErrorCode::invalid_argument, "artifacts are not kept here: ssem serve --artifact-dir FOLDER keeps them", {}};
}

std::optional<Response> artifact_response(const Request& request, const artifacts::ArtifactFolder& artifacts,
                                          const std::string& id, std::string mimetype) {
  const auto path = artifacts.find(id);
  auto response = path ? file_response(request, *path, std::move(mimetype)) : std::nullopt;
  if (response) response->headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  return response;
}

void add_artifact_routes(Router& router, artifacts::ArtifactFolder* artifacts) {
  const auto add = [&](const char* method, auto handle) {
    router.add(
        method, "/api/v1/artifacts/{artifact_id}", usual_access(method),
        [artifacts, handle](const Request& request) {
          return with_id(request, artifacts, [&](artifacts::ArtifactFolder& folder, const std::string& id) {
            return handle(request, folder, id);
          });
        },
        kBytes);
  };
  add("PUT", put_artifact);
  add("GET", get_artifact);
  add("DELETE", delete_artifact);
}

}  // namespace ssem::api::http
