// Getting trials to run, and putting some into the queue.
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "api/http/studies/lease_field.h"
#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/http/studies/study_text.h"
#include "api/http/studies/tuning_routes.h"
#include "api/studies/python_json.h"
#include "api/tuning/queued_params.h"

namespace ssem::api::http {
namespace {

using studies::StudyStore;
using studies::StudyTable;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostAtOnce = 256;

struct Ask {
  tuning::AskRequest request;
  bool many = false;  // answered as a list
  bool validate = false;
  std::optional<tuning::TrainingTemplate> training;  // nothing: the study's own
};

// Runs `read` on the body, which may be missing, with the JSON beside it for what is nested.
template <class Read>
std::optional<Error> read_json(const Request& request, const Read& read) {
  const auto json = advisor::json::parse_strict(request.body.empty() ? "{}" : request.body);
  if (!json) return json.error();
  FaultList faults;
  StudiesBody body(json.value(), "", faults);
  if (faults.empty()) {
    read(body, json.value(), faults);
    body.finish();
  }
  if (!faults.empty()) return faults.to_error();
  return std::nullopt;
}

// true, or an object that says how.
void read_validate(StudiesBody& body, const Json& value, const jobs::Datasets& datasets, Ask& ask, FaultList& faults) {
  if (!body.given("validate")) return;
  if (value.is_object()) {
    ask.validate = true;
    ask.training = tuning::read_training_template(value, datasets, "/validate", faults);
  } else {
    ask.validate = body.flag("validate");
  }
}

Result<Ask> read_ask(const Request& request, const jobs::Datasets& datasets) {
  Ask ask;
  const auto fault = read_json(request, [&](StudiesBody& body, const Json& json, FaultList& faults) {
    if (body.given("search_space")) ask.request.search_space = tuning::read_search_space(json["search_space"], faults);
    if (body.given("client_id")) ask.request.client_id = body.text("client_id");
    ask.request.lease_s = read_lease(body);
    read_validate(body, json.value("validate", Json()), datasets, ask, faults);
    if (ask.validate && ask.request.lease_s)
      body.fault("lease_s", "excludes validate: the server looks after the trial");
    if (!body.given("count")) return;
    ask.many = true;
    const std::int64_t count = body.integer("count");
    if (count < 1 || count > kMostAtOnce) {
      body.fault("count",
                 "must be an integer from 1 to " + std::to_string(kMostAtOnce) + ", got " + std::to_string(count));
      return;
    }
    ask.request.count = static_cast<std::size_t>(count);
  });
  if (fault) return *fault;
  return ask;
}

// Trials that another request's validation measures already are passed over: a client that asks again gets them again.
Result<std::vector<std::int64_t>> link_all(StudyTable& table, std::vector<tuning::IssuedTrial>& handed,
                                           const tuning::TrainingTemplate& training, const std::string& folder_id) {
  std::vector<std::int64_t> linked;
  for (tuning::IssuedTrial& each : handed) {
    if (!tuning::validation_of(*each.trial).empty()) continue;
    const std::int64_t id = each.trial->trial_id;
    if (auto fault = tuning::link(table, id, {jobs::new_job_id(), folder_id, training})) return *fault;
    each.trial = table.trial(id).value();
    linked.push_back(id);
  }
  return linked;
}

Response post_ask(const Request& request, StudyStore& store, tuning::TrialIssuer& issuer, const Validating& validating,
                  std::int64_t study_id) {
  const Result<Ask> ask = read_ask(request, validating.datasets);
  if (!ask) return study_refusal(ask.error(), request);
  if (ask.value().validate) {
    if (auto earlier = earlier_answer(request, store)) return *std::move(earlier);
    if (const auto full = validating.trials.no_room(ask.value().request.count)) return study_refusal(*full, request);
  }
  const auto pending = issuer.prepare(store, study_id, ask.value().request);
  if (!pending) return study_refusal(pending.error(), request);
  std::vector<std::int64_t> to_validate;
  tuning::TrainingTemplate training;
  const std::string folder_id = ask.value().validate ? validating.trials.folder_id() : std::string();
  Response response = write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    to_validate.clear();
    auto handed = tuning::TrialIssuer::issue(table, ask.value().request, pending.value(), studies::now());
    if (!handed) return handed.error();
    std::vector<tuning::IssuedTrial> trials = std::move(handed).value();
    if (ask.value().validate) {
      training = ask.value().training.value_or(tuning::training_template_of(*table.study(study_id).value()));
      auto linked = link_all(table, trials, training, folder_id);
      if (!linked) return linked.error();
      to_validate = std::move(linked).value();
    }
    return StudyResponse{200, ask.value().many ? tuning_text(trials) : tuning_text(trials.front())};
  });
  std::optional<Error> failed;
  for (const std::int64_t trial_id : to_validate) {
    if (auto fault = validating.trials.submit(trial_id, training)) failed = std::move(fault);
  }
  if (!failed) return response;
  // The trials whose validations began are in the study; the client, told of none, asks again.
  forget_answer(request, store);
  return study_refusal(*failed, request);
}

struct Enqueued {
  studies::TrialContent content;
  studies::PythonValue params;
  bool skip_if_exists = false;
};

Result<Enqueued> read_enqueued(const Request& request) {
  Enqueued wanted;
  wanted.content.state = studies::TrialState::waiting;
  const auto fault = read_json(request, [&](StudiesBody& body, const Json& json, FaultList& faults) {
    wanted.skip_if_exists = body.given("skip_if_exists") && body.flag("skip_if_exists");
    if (!body.given("params") || !json["params"].is_object()) {
      faults.add("/params", "is required: an object of values by parameter name");
    } else {
      const std::string params = advisor::json::dump(json["params"]);
      wanted.params = studies::parse_python_json(params).value();
      wanted.content.system_attributes.push_back({std::string(tuning::kFixedParams), params});
    }
    if (!body.given("user_attrs")) return;
    if (!json["user_attrs"].is_object()) {
      faults.add("/user_attrs", "must be an object");
      return;
    }
    for (const auto& [key, value] : json["user_attrs"].items()) {
      wanted.content.user_attributes.push_back({key, advisor::json::dump(value)});
    }
  });
  if (fault) return *fault;
  return wanted;
}

// As Optuna's enqueue_trial: a waiting trial whose parameters are fixed where they are given.
Response post_enqueue(const Request& request, StudyStore& store, std::int64_t study_id) {
  const Result<Enqueued> wanted = read_enqueued(request);
  if (!wanted) return study_refusal(wanted.error(), request);
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto study = table.study(study_id);
    if (!study) return study.error();
    const tuning::StudyConfig config = tuning::study_config_of(*study.value());
    if (const auto unfit = tuning::check_queued_params(config, wanted.value().params)) return *unfit;
    if (wanted.value().skip_if_exists) {
      const auto trials = table.trials(study_id);
      if (!trials) return trials.error();
      if (const auto known = tuning::trial_with_params(trials.value(), wanted.value().params)) {
        return StudyResponse{200, tuning_text(*known)};
      }
    }
    const auto made = table.create_trial(study_id, wanted.value().content, studies::now());
    if (!made) return made.error();
    return StudyResponse{201, tuning_text(*made.value())};
  });
}

}  // namespace

void add_ask_routes(Router& router, StudyStore& store, tuning::TrialIssuer& issuer, const Validating& validating) {
  const std::string base = "/api/v1/studies/{study_id}";
  add_with_id(router, "POST", base + "/ask", "study_id",
              [&store, &issuer, validating](const Request& request, std::int64_t id) {
                return post_ask(request, store, issuer, validating, id);
              });
  add_with_id(router, "POST", base + "/enqueue", "study_id",
              [&store](const Request& request, std::int64_t id) { return post_enqueue(request, store, id); });
}

}  // namespace ssem::api::http
