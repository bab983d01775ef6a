// One trial while it runs: report, heartbeat, tell.
#include "api/tuning/trial_report.h"

#include "api/http/studies/lease_field.h"
#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/http/studies/study_text.h"
#include "api/http/studies/tuning_routes.h"

namespace ssem::api::http {
namespace {

using studies::StudyStore;
using studies::StudyTable;
using studies::TrialPtr;
using studies::TrialState;

Response get_tuned_trial(const Request& request, StudyStore& store, std::int64_t id) {
  const auto trial = look<TrialPtr>(store, [&](const StudyTable& table) { return table.trial(id); });
  if (!trial) return study_refusal(trial.error(), request);
  return ok(tuning_text(*trial.value()));
}

Response post_report(const Request& request, StudyStore& store, std::int64_t id) {
  studies::IntermediateValue value;
  if (const auto fault = read_body(request, [&](StudiesBody& body) { value = read_intermediate_value(body); })) {
    return study_refusal(*fault, request);
  }
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto prune = tuning::report(table, id, value, studies::now());
    if (!prune) return prune.error();
    return StudyResponse{200, prune.value() ? R"({"should_prune":true})" : R"({"should_prune":false})"};
  });
}

Response post_heartbeat(const Request& request, StudyStore& store, std::int64_t id) {
  std::optional<double> lease_s;
  if (!request.body.empty()) {
    if (const auto fault = read_body(request, [&](StudiesBody& body) { lease_s = read_lease(body); })) {
      return study_refusal(*fault, request);
    }
  }
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto trial = table.trial(id);
    if (!trial) return trial.error();
    if (trial.value()->state != TrialState::running) {
      const std::string why =
          tuning::lease_ran_out(*trial.value()) ? ": its lease ran out" : ": there is nothing to keep alive";
      return Error{ErrorCode::conflict,
                   "trial " + std::to_string(id) + " does not run (" +
                       std::string(studies::name_of(trial.value()->state)) + ")" + why,
                   {},
                   studies::kTrialFinished};
    }
    const auto lease = tuning::renew_lease(table, *trial.value(), lease_s, studies::now());
    if (!lease) return lease.error();
    if (!lease.value()) return StudyResponse{200, R"({"lease_expires":null})"};
    return StudyResponse{200, "{\"lease_expires\":\"" + studies::to_iso(lease.value()->expires) + "\"}"};
  });
}

Response post_tell(const Request& request, StudyStore& store, std::int64_t id) {
  tuning::Outcome outcome;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    if (body.given("state")) {
      outcome.state = read_state(body, "state");
      if (!is_finished(*outcome.state)) body.fault("state", "must be COMPLETE, PRUNED or FAIL");
    }
    if (body.given("values")) outcome.values = body.numbers("values");
    if (body.given("value")) {
      if (outcome.values) body.fault("value", "excludes values");
      outcome.values = {body.number("value")};
    }
  });
  if (fault) return study_refusal(*fault, request);
  bool refused = false;
  Response response = write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto told = tuning::tell(table, id, outcome, studies::now());
    refused = !told && told.error().finer_code == studies::kTrialFinished;
    if (!told) return told.error();
    return StudyResponse{200, tuning_text(*told.value().trial, told.value().why_failed)};
  });
  if (!refused) return response;
  // A change of its own: the refused one has been taken back.
  const auto fault_of_keeping = store.write([&](StudyTable& table) -> std::optional<Error> {
    const auto kept = tuning::keep_late_values(table, id, outcome);
    if (!kept) return kept.error();
    return std::nullopt;
  });
  if (fault_of_keeping) return study_refusal(*fault_of_keeping, request);
  return response;
}

}  // namespace

void add_trial_routes(Router& router, StudyStore& store) {
  const auto add = [&](const char* method, const std::string& last, auto handle) {
    add_with_id(router, method, "/api/v1/trials/{trial_id}" + last, "trial_id",
                [&store, handle](const Request& request, std::int64_t id) { return handle(request, store, id); });
  };
  add("GET", "", get_tuned_trial);
  add("POST", "/report", post_report);
  add("POST", "/heartbeat", post_heartbeat);
  add("POST", "/tell", post_tell);
}

}  // namespace ssem::api::http
