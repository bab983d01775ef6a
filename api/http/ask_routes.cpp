// Getting trials to run, and putting some into the queue.
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "api/http/lease_field.h"
#include "api/http/studies_call.h"
#include "api/http/studies_text.h"
#include "api/http/tuning_routes.h"
#include "api/http/tuning_text.h"

namespace ssem::api::http {
namespace {

using studies::StudyBook;
using studies::StudyStore;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostAtOnce = 256;

Response refusal(const Error& error, const Request& request) {
  return studies_error(error, kTrialFinished, request.request_id);
}

struct Ask {
  tuning::AskRequest request;
  bool many = false;  // answered as a list
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

Result<Ask> read_ask(const Request& request) {
  Ask ask;
  const auto fault = read_json(request, [&](StudiesBody& body, const Json& json, FaultList& faults) {
    if (body.given("search_space")) ask.request.search_space = tuning::read_search_space(json["search_space"], faults);
    if (body.given("client_id")) ask.request.client_id = body.text("client_id");
    ask.request.lease_s = read_lease(body);
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

Response post_ask(const Request& request, StudyStore& store, tuning::AskDesk& desk, std::int64_t study_id) {
  const Result<Ask> ask = read_ask(request);
  if (!ask) return refusal(ask.error(), request);
  const auto promise = desk.prepare(store, study_id, ask.value().request);
  if (!promise) return refusal(promise.error(), request);
  return change(request, store, kTrialFinished, [&](StudyBook& book) -> Result<Answer> {
    const auto handed = tuning::AskDesk::hand_out(book, ask.value().request, promise.value(), studies::now());
    if (!handed) return handed.error();
    return Answer{200, ask.value().many ? tuning_text(handed.value()) : tuning_text(handed.value().front())};
  });
}

// As Optuna's enqueue_trial: a waiting trial whose parameters are fixed where they are given.
Response post_enqueue(const Request& request, StudyStore& store, std::int64_t study_id) {
  studies::TrialContent content;
  content.state = studies::TrialState::waiting;
  const auto fault = read_json(request, [&](StudiesBody& body, const Json& json, FaultList& faults) {
    if (!body.given("params") || !json["params"].is_object()) {
      faults.add("/params", "is required: an object of values by parameter name");
    } else {
      content.system_attributes.push_back({"fixed_params", advisor::json::dump(json["params"])});
    }
    if (!body.given("user_attrs")) return;
    if (!json["user_attrs"].is_object()) {
      faults.add("/user_attrs", "must be an object");
      return;
    }
    for (const auto& [key, value] : json["user_attrs"].items()) {
      content.user_attributes.push_back({key, advisor::json::dump(value)});
    }
  });
  if (fault) return refusal(*fault, request);
  return change(request, store, kTrialFinished, [&](StudyBook& book) -> Result<Answer> {
    const auto made = book.create_trial(study_id, content, studies::now());
    if (!made) return made.error();
    return Answer{201, tuning_text(*made.value())};
  });
}

}  // namespace

void add_ask_routes(Router& router, StudyStore& store, tuning::AskDesk& desk) {
  const std::string base = "/api/v1/studies/{study_id}";
  add_with_id(router, "POST", base + "/ask", "study_id",
              [&store, &desk](const Request& request, std::int64_t id) { return post_ask(request, store, desk, id); });
  add_with_id(router, "POST", base + "/enqueue", "study_id",
              [&store](const Request& request, std::int64_t id) { return post_enqueue(request, store, id); });
}

}  // namespace ssem::api::http
