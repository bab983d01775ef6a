// Studies as optuna-dashboard asks for them.
#include <algorithm>
#include <utility>

#include "api/http/dashboard/dashboard_call.h"
#include "api/http/dashboard/dashboard_csv.h"
#include "api/http/dashboard/dashboard_notes.h"
#include "api/http/dashboard/dashboard_routes.h"
#include "api/http/dashboard/dashboard_text.h"
#include "api/http/message/error_response.h"
#include "api/http/studies/study_deletion.h"
#include "api/tuning/param_importance.h"

namespace ssem::api::http {
namespace {

using advisor::json::TextWriter;
using studies::StudyPtr;
using studies::StudyStore;
using studies::StudyTable;
using studies::TrialPtr;

Response get_meta(bool has_artifacts) {
  TextWriter writer(128);
  writer.begin_object();
  writer.field("artifact_is_available", has_artifacts);
  for (const char* absent : {"llm_is_available", "plotlypy_is_available", "allow_unsafe"}) writer.field(absent, false);
  writer.end_object();
  return ok(std::move(writer).take());
}

Response get_studies(const Request& request, StudyStore& store) {
  const auto studies =
      look<std::vector<StudyPtr>>(store, [](const StudyTable& table) { return Result(table.studies()); });
  if (!studies) return refusal(studies.error(), request);
  TextWriter writer(1024);
  writer.begin_object();
  writer.key("study_summaries");
  writer.begin_array();
  for (const StudyPtr& study : studies.value()) write_dashboard_summary(writer, *study);
  writer.end_array();
  writer.end_object();
  return ok(std::move(writer).take());
}

std::string summary_text(const studies::Study& study) {
  TextWriter writer(512);
  write_dashboard_summary(writer, study);
  return std::move(writer).take();
}

Response post_study(const Request& request, StudyStore& store) {
  std::string name;
  std::vector<studies::Direction> directions;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    name = body.text("study_name");
    directions = read_directions(body);
  });
  if (fault) return refusal(*fault, request);
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto made = table.create_study(name, directions);
    if (!made) return made.error();
    return StudyResponse{201, "{\"study_summary\":" + summary_text(*made.value()) + "}"};
  });
}

// Attributes that name a trial by its id follow it to its new id.
std::string renamed_key(const std::string& key, const std::vector<std::pair<std::int64_t, std::int64_t>>& ids) {
  for (const auto& [before, after] : ids) {
    for (const std::string prefix : {"dashboard:", "dashboard:artifacts:", "preference:skip_trial:"}) {
      const std::string old = prefix + std::to_string(before);
      if (key.compare(0, old.size(), old) == 0 && (key.size() == old.size() || key[old.size()] == ':')) {
        return prefix + std::to_string(after) + key.substr(old.size());
      }
    }
  }
  return key;
}

// A copy under another name and with new ids; the old study goes. All of it or nothing.
Result<StudyPtr> rename(StudyTable& table, std::int64_t study_id, const std::string& name) {
  const auto old = table.study(study_id);
  if (!old) return old.error();
  const auto made = table.create_study(name, old.value()->directions);
  if (!made) return made.error();
  const std::int64_t new_id = made.value()->study_id;
  const auto trials = table.trials(study_id);
  if (!trials) return trials.error();
  std::vector<std::pair<std::int64_t, std::int64_t>> ids;
  for (const TrialPtr& trial : trials.value()) {
    const auto copy = table.create_trial(new_id, *trial, studies::now());
    if (!copy) return copy.error();
    ids.emplace_back(trial->trial_id, copy.value()->trial_id);
  }
  for (const studies::AttributeKind kind : {studies::AttributeKind::user, studies::AttributeKind::system}) {
    const bool of_user = kind == studies::AttributeKind::user;
    for (const auto& each : of_user ? old.value()->user_attributes : old.value()->system_attributes) {
      if (auto fault = table.set_study_attribute(new_id, kind,
                                                 {of_user ? each.key : renamed_key(each.key, ids), each.value_json})) {
        return *fault;
      }
    }
  }
  if (auto fault = table.delete_study(study_id)) return *fault;
  return table.study(new_id);
}

Response post_rename(const Request& request, StudyStore& store, std::int64_t study_id) {
  std::string name;
  const auto fault = read_body(request, [&](StudiesBody& body) { name = body.text("study_name"); });
  if (fault) return refusal(*fault, request);
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto renamed = rename(table, study_id, name);
    if (!renamed) return renamed.error();
    return StudyResponse{201, summary_text(*renamed.value())};
  });
}

Response delete_study(const Request& request, StudyStore& store, artifacts::ArtifactFolder* artifacts,
                      std::int64_t study_id) {
  bool with_artifacts = true;
  if (!request.body.empty()) {
    const auto fault = read_body(request, [&](StudiesBody& body) {
      if (body.given("remove_associated_artifacts")) with_artifacts = body.flag("remove_associated_artifacts");
    });
    if (fault) return refusal(*fault, request);
  }
  return delete_with_artifacts(request, store, with_artifacts ? artifacts : nullptr, study_id, no_content(request),
                               refusal);
}

struct StudyTrials {
  StudyPtr study;
  std::vector<TrialPtr> trials;
};

Result<StudyTrials> study_trials(StudyStore& store, std::int64_t study_id) {
  return look<StudyTrials>(store, [&](const StudyTable& table) -> Result<StudyTrials> {
    const auto study = table.study(study_id);
    if (!study) return study.error();
    return StudyTrials{study.value(), table.trials(study_id).value()};
  });
}

Response get_study(const Request& request, StudyStore& store, std::int64_t study_id) {
  const auto query = read_query(request, {"after"});
  if (!query) return refusal(query.error(), request);
  std::int64_t after = 0;
  if (const auto given = query.value().find("after"); given != query.value().end()) {
    const auto number = integer_from(given->second);
    if (!number || *number < 0) {
      return refusal(field_error("/after", "must be an integer >= 0"), request);
    }
    after = *number;
  }
  const auto found = study_trials(store, study_id);
  if (!found) return refusal(found.error(), request);
  return ok(dashboard_detail(*found.value().study, found.value().trials, static_cast<std::size_t>(after)));
}

Response get_importances(const Request& request, StudyStore& store, std::int64_t study_id) {
  if (const auto query = read_query(request, {}); !query) return refusal(query.error(), request);
  auto found = study_trials(store, study_id);
  if (!found) return refusal(found.error(), request);
  StudyTrials study = std::move(found).value();
  study.trials.erase(std::remove_if(study.trials.begin(), study.trials.end(),
                                    [](const TrialPtr& t) { return t->state != studies::TrialState::complete; }),
                     study.trials.end());
  TextWriter writer(1024);
  writer.begin_object();
  writer.key("param_importances");
  writer.begin_array();
  for (std::size_t objective = 0; objective < study.study->directions.size(); ++objective) {
    writer.begin_array();
    for (const auto& each : tuning::param_importances(study.trials, objective, study.study->directions[objective])) {
      writer.begin_object();
      writer.field("name", each.name);
      writer.field("importance", each.importance);
      writer.field("distribution", each.distribution);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_array();
  writer.end_object();
  return ok(std::move(writer).take());
}

Response put_study_note(const Request& request, StudyStore& store, std::int64_t study_id) {
  return dashboard_note(request, store, study_id, std::nullopt);
}

Response get_csv(const Request& request, StudyStore& store, std::int64_t study_id) {
  const auto numbers = csv_numbers(request);
  if (!numbers) return refusal(numbers.error(), request);
  const auto found = study_trials(store, study_id);
  if (!found) return refusal(found.error(), request);
  return csv_of(*found.value().study, found.value().trials, numbers.value(), request);
}

}  // namespace

void add_dashboard_study_routes(Router& router, StudyStore& store, artifacts::ArtifactFolder* artifacts) {
  const auto add = [&](const char* method, const std::string& path, Response (*handle)(const Request&, StudyStore&)) {
    router.add(method, path, usual_access(method),
               [&store, handle](const Request& request) { return handle(request, store); });
  };
  const auto add_for_study = [&](const char* method, const std::string& path,
                                 Response (*handle)(const Request&, StudyStore&, std::int64_t)) {
    add_with_id(router, method, path, "study_id",
                [&store, handle](const Request& request, std::int64_t id) { return handle(request, store, id); });
  };
  router.add("GET", "/api/meta", usual_access("GET"),
             [artifacts](const Request&) { return get_meta(artifacts != nullptr); });
  add("GET", "/api/studies", get_studies);
  add("POST", "/api/studies", post_study);
  add_for_study("GET", "/api/studies/{study_id}", get_study);
  add_with_id(router, "DELETE", "/api/studies/{study_id}", "study_id",
              [&store, artifacts](const Request& request, std::int64_t id) {
                return delete_study(request, store, artifacts, id);
              });
  add_for_study("POST", "/api/studies/{study_id}/rename", post_rename);
  add_for_study("GET", "/api/studies/{study_id}/param_importances", get_importances);
  add_for_study("PUT", "/api/studies/{study_id}/note", put_study_note);
  add_for_study("GET", "/csv/{study_id}", get_csv);
}

}  // namespace ssem::api::http
