// Artifacts by their id, for Optuna's artifact API (ssem_optuna's RestArtifactStore): /api/v1/artifacts/{artifact_id}.
#pragma once

#include "api/artifacts/artifact_folder.h"
#include "api/http/router.h"

namespace ssem::api::http {

// Null: the routes say how to get them.
void add_artifact_routes(Router& router, artifacts::ArtifactFolder* artifacts);

Error no_artifact_folder();

// The file as an attachment: what people upload is nothing that this server's pages may run.
std::optional<Response> artifact_response(const Request& request, const artifacts::ArtifactFolder& artifacts,
                                          const std::string& id, std::string mimetype);

}  // namespace ssem::api::http
