// Studies as a whole: create, look, delete, best trials.
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/http/studies/study_deletion.h"
#include "api/http/studies/study_text.h"
#include "api/http/studies/tuning_routes.h"
#include "api/studies/study_name.h"
#include "api/tuning/best_trials.h"
#include "api/tuning/feasibility.h"

namespace ssem::api::http {
namespace {

using studies::StudyPtr;
using studies::StudyStore;
using studies::StudyTable;
using studies::TrialPtr;

StudyView view_of(const StudyTable& table, const StudyPtr& study) {
  StudyView view{study, {}};
  for (std::size_t state = 0; state < view.trial_counts.size(); ++state) {
    const auto count = table.trial_count(study->study_id, static_cast<studies::TrialState>(state));
    if (count) view.trial_counts[state] = count.value();
  }
  return view;
}

struct NewStudy {
  std::string name;
  std::vector<studies::Direction> directions;
  bool load_if_exists = false;
  tuning::StudyConfig config;
  std::optional<std::string> training_template;  // as JSON
};

Result<NewStudy> read_new_study(const Request& request, const jobs::Datasets& datasets) {
  const auto json = advisor::json::parse_strict(request.body);
  if (!json) return json.error();
  FaultList faults;
  StudiesBody body(json.value(), "", faults);
  if (!faults.empty()) return faults.to_error();
  NewStudy study;
  study.name = body.given("study_name") ? body.text("study_name") : studies::generated_study_name();
  study.directions = {studies::Direction::minimize};
  if (body.given("directions")) study.directions = read_directions(body);
  if (study.directions.empty()) body.fault("directions", "must name at least one direction");
  for (const studies::Direction direction : study.directions) {
    if (direction == studies::Direction::not_set) body.fault("directions", "each must be minimize or maximize");
  }
  study.load_if_exists = body.given("load_if_exists") && body.flag("load_if_exists");
  study.config = tuning::read_study_config(json.value(), faults);
  tuning::join_pair(study.config);
  for (const std::string_view field : tuning::kStudyConfigFields) body.ignore(field);
  if (body.given("validation")) {
    const auto training = tuning::read_training_template(json.value()["validation"], datasets, "/validation", faults);
    study.training_template = advisor::json::dump(tuning::to_json(training));
  }
  body.finish();
  if (!faults.empty()) return faults.to_error();
  return study;
}

// Studies to begin with are there and seek the same.
std::optional<Error> refused_warm_start(const StudyTable& table, const NewStudy& wanted) {
  FaultList faults;
  for (std::size_t k = 0; k < wanted.config.warm_start.size(); ++k) {
    const std::string& name = wanted.config.warm_start[k];
    const std::string pointer = "/warm_start/" + std::to_string(k);
    const auto study = table.study_named(name);
    if (!study) {
      faults.add(pointer, "names no study here: " + advisor::json::quote_for_message(name));
    } else if (study.value()->directions != wanted.directions) {
      faults.add(pointer, "has other directions than this study: " + advisor::json::quote_for_message(name));
    }
  }
  if (faults.empty()) return std::nullopt;
  return faults.to_error();
}

Response post_tuned_study(const Request& request, StudyStore& store, const jobs::Datasets& datasets) {
  const Result<NewStudy> wanted = read_new_study(request, datasets);
  if (!wanted) return study_refusal(wanted.error(), request);
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    if (wanted.value().load_if_exists) {
      if (const auto known = table.study_named(wanted.value().name)) {
        return StudyResponse{200, tuning_text(view_of(table, known.value()))};
      }
    }
    if (auto fault = refused_warm_start(table, wanted.value())) return *fault;
    const auto made = table.create_study(wanted.value().name, wanted.value().directions);
    if (!made) return made.error();
    const std::int64_t id = made.value()->study_id;
    if (auto fault = table.set_study_attribute(
            id, studies::AttributeKind::system,
            {std::string(tuning::kStudyConfigAttribute), tuning::to_text(wanted.value().config)})) {
      return *fault;
    }
    if (wanted.value().training_template) {
      if (auto fault = table.set_study_attribute(
              id, studies::AttributeKind::system,
              {std::string(tuning::kTrainingTemplateAttribute), *wanted.value().training_template})) {
        return *fault;
      }
    }
    return StudyResponse{201, tuning_text(view_of(table, table.study(id).value()))};
  });
}

Response get_tuned_studies(const Request& request, StudyStore& store) {
  const auto query = read_query(request, {"study_name"});
  if (!query) return study_refusal(query.error(), request);
  const auto name = query.value().find("study_name");
  const bool named = name != query.value().end();
  const auto views = look<std::vector<StudyView>>(store, [&](const StudyTable& table) {
    std::vector<StudyView> found;
    for (const StudyPtr& study : table.studies()) {
      if (!named || study->name == name->second) found.push_back(view_of(table, study));
    }
    return Result(found);
  });
  if (!views) return study_refusal(views.error(), request);
  return ok(tuning_text(views.value()));
}

Response get_tuned_study(const Request& request, StudyStore& store, std::int64_t id) {
  const auto view = look<StudyView>(store, [&](const StudyTable& table) -> Result<StudyView> {
    const auto study = table.study(id);
    if (!study) return study.error();
    return view_of(table, study.value());
  });
  if (!view) return study_refusal(view.error(), request);
  return ok(tuning_text(view.value()));
}

Response get_best_trials(const Request& request, StudyStore& store, std::int64_t id) {
  std::vector<studies::Direction> directions;
  const auto trials = look<std::vector<TrialPtr>>(store, [&](const StudyTable& table) -> Result<std::vector<TrialPtr>> {
    const auto study = table.study(id);
    if (!study) return study.error();
    directions = study.value()->directions;
    return table.trials(id);
  });
  if (!trials) return study_refusal(trials.error(), request);
  return ok(tuning_text(tuning::best_trials(tuning::feasible_trials(trials.value()), directions)));
}

Response get_tuned_trials(const Request& request, StudyStore& store, std::int64_t id) {
  const Result<studies::TrialFilter> filter = read_trial_filter(request);
  if (!filter) return study_refusal(filter.error(), request);
  const auto trials =
      look<std::vector<TrialPtr>>(store, [&](const StudyTable& table) { return table.trials(id, filter.value()); });
  if (!trials) return study_refusal(trials.error(), request);
  return ok(tuning_text(trials.value()));
}

}  // namespace

void add_study_routes(Router& router, StudyStore& store, const jobs::Datasets& datasets,
                      artifacts::ArtifactFolder* artifacts) {
  const std::string base = "/api/v1/studies";
  const auto add = [&](const char* method, auto handle) {
    router.add(method, base, usual_access(method),
               [&store, handle](const Request& request) { return handle(request, store); });
  };
  const auto add_for_study = [&](const char* method, const std::string& last, auto handle) {
    add_with_id(router, method, base + "/{study_id}" + last, "study_id",
                [&store, handle](const Request& request, std::int64_t id) { return handle(request, store, id); });
  };
  router.add("POST", base, Access::tune,
             [&store, &datasets](const Request& request) { return post_tuned_study(request, store, datasets); });
  add("GET", get_tuned_studies);
  add_for_study("GET", "", get_tuned_study);
  add_for_study("DELETE", "", [artifacts](const Request& request, StudyStore& studies, std::int64_t id) {
    return delete_with_artifacts(request, studies, artifacts, id, StudyResponse{});
  });
  add_for_study("GET", "/trials", get_tuned_trials);
  add_for_study("GET", "/best-trials", get_best_trials);
}

}  // namespace ssem::api::http
