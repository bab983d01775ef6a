// Artifacts as optuna-dashboard uploads, shows and deletes them.
#include <string>
#include <utility>

#include "api/artifacts/study_artifacts.h"
#include "api/http/dashboard/dashboard_call.h"
#include "api/http/dashboard/dashboard_extras.h"
#include "api/http/dashboard/dashboard_routes.h"
#include "api/http/dashboard/data_uri.h"
#include "api/http/dashboard/mime_types.h"
#include "api/http/studies/artifact_routes.h"
#include "api/studies/study_name.h"

namespace ssem::api::http {
namespace {

using artifacts::ArtifactFolder;
using artifacts::ArtifactMeta;
using studies::StudyPtr;
using studies::StudyStore;
using studies::StudyTable;
using studies::TrialPtr;

constexpr auto kSystem = studies::AttributeKind::system;
constexpr const char* kDeleted = R"("null")";

// Whose artifact: a study's, or one of its trials'.
struct Owner {
  StudyPtr study;
  TrialPtr trial;  // null: the study's own
};

Result<Owner> owner_in(const StudyTable& table, std::int64_t study_id, std::optional<std::int64_t> trial_id) {
  const auto study = table.study(study_id);
  if (!study) return study.error();
  if (!trial_id) return Owner{study.value(), nullptr};
  const auto trial = table.trial(*trial_id);
  if (!trial) return trial.error();
  if (trial.value()->study_id != study_id) {
    return Error{ErrorCode::not_found,
                 "study " + std::to_string(study_id) + " has no trial with the id " + std::to_string(*trial_id),
                 {}};
  }
  return Owner{study.value(), trial.value()};
}

struct Upload {
  std::string bytes;
  ArtifactMeta meta;
};

Result<Upload> read_upload(const Request& request) {
  Upload upload;
  upload.meta.artifact_id = studies::random_uuid();
  const auto fault = read_body(request, [&](StudiesBody& body) {
    auto bytes = bytes_of_data_uri(body.text("file"));
    if (!bytes) body.fault("file", "must be a data URI in base64, such as data:text/plain;base64,aGk=");
    upload.bytes = std::move(bytes).value_or("");
    if (body.given("filename")) upload.meta.filename = body.text("filename");
  });
  if (fault) return *fault;
  FileType type = file_type_of(upload.meta.filename);
  upload.meta.mimetype = std::move(type.mimetype);
  upload.meta.encoding = std::move(type.encoding);
  return upload;
}

std::string uploaded_text(const Owner& owner, const std::string& artifact_id) {
  advisor::json::TextWriter writer(512);
  writer.begin_object();
  writer.field("artifact_id", artifact_id);
  write_artifacts(writer, *owner.study, owner.trial.get());
  writer.end_object();
  return std::move(writer).take();
}

// The file first: an attribute never names one that is not there.
Response post_artifact(const Request& request, StudyStore& store, ArtifactFolder& folder, std::int64_t study_id,
                       std::optional<std::int64_t> trial_id) {
  const Result<Upload> upload = read_upload(request);
  if (!upload) return refusal(upload.error(), request);
  const auto owner = look<Owner>(store, [&](const StudyTable& table) { return owner_in(table, study_id, trial_id); });
  if (!owner) return refusal(owner.error(), request);
  const ArtifactMeta& meta = upload.value().meta;
  if (const auto fault = folder.write(meta.artifact_id, upload.value().bytes)) return refusal(*fault, request);
  bool kept = false;
  Response response = dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    kept = false;
    if (const auto known = owner_in(table, study_id, trial_id); !known) return known.error();
    const studies::Attribute attribute = artifacts::attribute_of(meta);
    if (auto fault = trial_id ? table.set_trial_attribute(*trial_id, kSystem, attribute)
                              : table.set_study_attribute(study_id, kSystem, attribute)) {
      return *fault;
    }
    kept = true;
    return StudyResponse{201, uploaded_text(owner_in(table, study_id, trial_id).value(), meta.artifact_id)};
  });
  if (!kept || response.status >= 400) folder.remove(meta.artifact_id);
  return response;
}

bool is_media_type(std::string_view type) {
  return type.find('/') != std::string_view::npos && type.size() < 128 &&
         type.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-/") ==
             std::string_view::npos;
}

Response get_artifact(const Request& request, StudyStore& store, ArtifactFolder& folder, std::int64_t study_id,
                      std::optional<std::int64_t> trial_id, const std::string& id) {
  const auto owner = look<Owner>(store, [&](const StudyTable& table) { return owner_in(table, study_id, trial_id); });
  if (!owner) return refusal(owner.error(), request);
  const auto meta = artifacts::find_artifact(*owner.value().study, owner.value().trial.get(), id);
  const std::string type = meta && is_media_type(meta->mimetype) ? meta->mimetype : "application/octet-stream";
  auto response = meta ? artifact_response(request, folder, id, type) : std::nullopt;
  if (response) return *std::move(response);
  return refusal({ErrorCode::not_found, "there is no artifact with the id " + id + " here", {}}, request);
}

Response delete_artifact(const Request& request, StudyStore& store, ArtifactFolder& folder, std::int64_t study_id,
                         std::optional<std::int64_t> trial_id, const std::string& id) {
  Response response = dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto owner = owner_in(table, study_id, trial_id);
    if (!owner) return owner.error();
    if (!artifacts::find_artifact(*owner.value().study, owner.value().trial.get(), id)) {
      return Error{ErrorCode::not_found, "there is no artifact with the id " + id + " here", {}};
    }
    const studies::Attribute gone{artifacts::key_of(id), kDeleted};
    if (!trial_id) {
      if (auto fault = table.set_study_attribute(study_id, kSystem, gone)) return *fault;
      return no_content(request);
    }
    const std::string older = artifacts::older_key(*trial_id, id);
    if (studies::find_attribute(owner.value().study->system_attributes, older) != nullptr) {
      if (auto fault = table.set_study_attribute(study_id, kSystem, {older, kDeleted})) return *fault;
    }
    if (auto fault = table.amend_trial(*trial_id, kSystem, gone)) return *fault;
    return no_content(request);
  });
  if (response.status < 400) folder.remove(id);
  return response;
}

}  // namespace

void add_dashboard_artifact_routes(Router& router, StudyStore& store, ArtifactFolder* folder) {
  using Ids = std::optional<std::int64_t>;
  // `last` is the path's artifact id, empty where it has none.
  const auto add = [&](const char* method, const std::string& pattern, bool of_trial, const std::string& last,
                       auto handle) {
    add_with_id(router, method, pattern, "study_id",
                [&store, folder, of_trial, last, handle](const Request& request, std::int64_t study_id) {
                  if (folder == nullptr) return refusal(no_artifact_folder(), request);
                  Ids trial_id;
                  if (of_trial) {
                    const auto given = path_integer(request, "trial_id");
                    if (!given) return refusal(given.error(), request);
                    trial_id = given.value();
                  }
                  std::string id;
                  for (const auto& [name, value] : request.path_params) {
                    if (name == last) id = value;
                  }
                  if (!last.empty() && !artifacts::is_artifact_id(id)) {
                    return refusal({ErrorCode::not_found, "that is no artifact's id", {}}, request);
                  }
                  return handle(request, store, *folder, study_id, trial_id, id);
                });
  };
  const auto post = [](const Request& request, StudyStore& s, ArtifactFolder& f, std::int64_t study, Ids trial,
                       const std::string&) { return post_artifact(request, s, f, study, trial); };
  add("GET", "/artifacts/{study_id}/{artifact_id}", false, "artifact_id", get_artifact);
  add("GET", "/artifacts/{study_id}/{trial_id}/{artifact_id}", true, "artifact_id", get_artifact);
  add("POST", "/api/artifacts/{study_id}", false, "", post);
  add("POST", "/api/artifacts/{study_id}/{trial_id}", true, "", post);
  // One pattern for both methods: here its last part is the artifact.
  add("DELETE", "/api/artifacts/{study_id}/{trial_id}", false, "trial_id", delete_artifact);
  add("DELETE", "/api/artifacts/{study_id}/{trial_id}/{artifact_id}", true, "artifact_id", delete_artifact);
}

}  // namespace ssem::api::http
