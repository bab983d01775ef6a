#include "api/http/studies/storage_routes.h"

#include <array>
#include <chrono>
#include <utility>

#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/http/studies/study_deletion.h"
#include "api/studies/study_name.h"
#include "api/tuning/study_config.h"

namespace ssem::api::http {
namespace {

using studies::Attribute;
using studies::AttributeKind;
using studies::StudyPtr;
using studies::StudyStore;
using studies::StudyTable;
using studies::TrialPtr;

constexpr std::int64_t kLongestGraceS = 366L * 24 * 3600;

template <class T>
Response shown(const Result<T>& found, const Request& request) {
  if (!found) return study_refusal(found.error(), request);
  if constexpr (requires { to_text(*found.value()); }) {
    return ok(to_text(*found.value()));
  } else {
    return ok(to_text(found.value()));
  }
}

Response post_study(const Request& request, StudyStore& store) {
  std::string name;
  std::vector<studies::Direction> directions;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    name = body.given("study_name") ? body.text("study_name") : studies::generated_study_name();
    directions = read_directions(body);
  });
  if (fault) return study_refusal(*fault, request);
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const Result<StudyPtr> made = table.create_study(name, directions);
    if (!made) return made.error();
    return StudyResponse{201, "{\"study_id\":" + std::to_string(made.value()->study_id) + "}"};
  });
}

Response get_studies(const Request& request, StudyStore& store) {
  const auto query = read_query(request, {"study_name"});
  if (!query) return study_refusal(query.error(), request);
  const auto name = query.value().find("study_name");
  if (name == query.value().end()) {
    return shown(look<std::vector<StudyPtr>>(store, [](const StudyTable& table) { return Result(table.studies()); }),
                 request);
  }
  const auto found = look<StudyPtr>(store, [&](const StudyTable& table) { return table.study_named(name->second); });
  if (!found) return study_refusal(found.error(), request);
  return ok("{\"study_id\":" + std::to_string(found.value()->study_id) + "}");
}

Response get_study(const Request& request, StudyStore& store, std::int64_t id) {
  return shown(look<StudyPtr>(store, [&](const StudyTable& table) { return table.study(id); }), request);
}

// One write of a body's contents: read, then changed by `set`, which says what went wrong.
template <class Contents, class Read, class Set>
Response put(const Request& request, StudyStore& store, const Read& read, const Set& set) {
  Contents contents;
  if (const auto fault = read_body(request, [&](StudiesBody& body) { contents = read(body); })) {
    return study_refusal(*fault, request);
  }
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    if (auto fault = set(table, contents)) return *fault;
    return StudyResponse{};
  });
}

Response put_study_attribute(const Request& request, StudyStore& store, std::int64_t id, AttributeKind kind) {
  return put<Attribute>(request, store, read_attribute, [&](StudyTable& table, const Attribute& attribute) {
    return table.set_study_attribute(id, kind, attribute);
  });
}

Response post_trial(const Request& request, StudyStore& store, std::int64_t study_id) {
  std::optional<studies::TrialContent> content;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    if (auto trial = body.object("template_trial")) content = read_trial(*trial);
  });
  if (fault) return study_refusal(*fault, request);
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const Result<TrialPtr> made = table.create_trial(study_id, content, studies::now());
    if (!made) return made.error();
    return StudyResponse{201, "{\"trial_id\":" + std::to_string(made.value()->trial_id) +
                                  ",\"number\":" + std::to_string(made.value()->number) + "}"};
  });
}

Result<std::vector<TrialPtr>> trials_of(StudyStore& store, std::int64_t study_id, const studies::TrialFilter& filter) {
  return look<std::vector<TrialPtr>>(store, [&](const StudyTable& table) { return table.trials(study_id, filter); });
}

// Whether this is the question that Optuna's ask() begins with, in a study that has advice to give.
bool awaits_advice(StudyStore& store, std::int64_t study_id, const studies::TrialFilter& filter) {
  if (filter.after_trial_id || !filter.states || *filter.states != std::vector{studies::TrialState::waiting})
    return false;
  const auto study = look<StudyPtr>(store, [&](const StudyTable& table) { return table.study(study_id); });
  return study && tuning::study_config_of(*study.value()).problem;
}

Response get_trials(const Request& request, StudyStore& store, tuning::TrialIssuer& issuer, std::int64_t study_id) {
  const Result<studies::TrialFilter> filter = read_trial_filter(request);
  if (!filter) return study_refusal(filter.error(), request);
  auto trials = trials_of(store, study_id, filter.value());
  if (trials && trials.value().empty() && awaits_advice(store, study_id, filter.value())) {
    const auto pending = issuer.prepare(store, study_id, {});
    if (!pending) return study_refusal(pending.error(), request);
    const auto fault = store.write(
        [&](StudyTable& table) { return tuning::TrialIssuer::queue(table, pending.value(), studies::now()); });
    if (fault) return study_refusal(*fault, request);
    trials = trials_of(store, study_id, filter.value());
  }
  return shown(trials, request);
}

Response get_trial_by_number(const Request& request, StudyStore& store, std::int64_t study_id) {
  const Result<std::int64_t> number = path_integer(request, "number");
  if (!number) return study_refusal(number.error(), request);
  const auto found =
      look<TrialPtr>(store, [&](const StudyTable& table) { return table.trial_numbered(study_id, number.value()); });
  if (!found) return study_refusal(found.error(), request);
  return ok("{\"trial_id\":" + std::to_string(found.value()->trial_id) + "}");
}

Response get_trial(const Request& request, StudyStore& store, std::int64_t id) {
  return shown(look<TrialPtr>(store, [&](const StudyTable& table) { return table.trial(id); }), request);
}

Response put_param(const Request& request, StudyStore& store, std::int64_t id) {
  return put<studies::Param>(request, store, read_param, [&](StudyTable& table, const studies::Param& param) {
    return table.set_trial_param(id, param);
  });
}

Response put_state(const Request& request, StudyStore& store, std::int64_t id) {
  studies::TrialState state = studies::TrialState::running;
  std::optional<std::vector<double>> values;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    state = read_state(body, "state");
    if (body.given("values")) values = body.numbers("values");
  });
  if (fault) return study_refusal(*fault, request);
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const Result<bool> updated = table.set_trial_state(id, state, values, studies::now());
    if (!updated) return updated.error();
    return StudyResponse{200, updated.value() ? R"({"trial_updated":true})" : R"({"trial_updated":false})"};
  });
}

Response put_intermediate_value(const Request& request, StudyStore& store, std::int64_t id) {
  return put<studies::IntermediateValue>(request, store, read_intermediate_value,
                                         [&](StudyTable& table, const studies::IntermediateValue& value) {
                                           return table.set_trial_intermediate_value(id, value);
                                         });
}

Response put_trial_attribute(const Request& request, StudyStore& store, std::int64_t id, AttributeKind kind) {
  return put<Attribute>(request, store, read_attribute, [&](StudyTable& table, const Attribute& attribute) {
    return table.set_trial_attribute(id, kind, attribute);
  });
}

Response put_heartbeat(const Request& request, StudyStore& store, std::int64_t id) {
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    if (auto fault = table.record_heartbeat(id, studies::now())) return *fault;
    return StudyResponse{};
  });
}

// Of the running trials that ever gave a sign of life, those that have given none for `grace_s`.
Response get_stale_trials(const Request& request, StudyStore& store, std::int64_t study_id) {
  const auto query = read_query(request, {"grace_s"});
  if (!query) return study_refusal(query.error(), request);
  const auto given = query.value().find("grace_s");
  const auto grace_s = given == query.value().end() ? std::nullopt : integer_from(given->second);
  if (!grace_s || *grace_s < 1 || *grace_s > kLongestGraceS) {
    return study_refusal(
        field_error("/grace_s", "must be a whole number of seconds from 1 to " + std::to_string(kLongestGraceS)),
        request);
  }
  const auto running = trials_of(store, study_id, {{{studies::TrialState::running}}, {}, {}});
  if (!running) return study_refusal(running.error(), request);
  const studies::Timestamp lost = studies::now() - std::chrono::seconds(*grace_s);
  std::vector<std::int64_t> ids;
  for (const TrialPtr& trial : running.value()) {
    if (trial->heartbeat && *trial->heartbeat < lost) ids.push_back(trial->trial_id);
  }
  advisor::json::TextWriter writer(64);
  writer.begin_object();
  writer.field("trial_ids", ids);
  writer.end_object();
  return ok(std::move(writer).take());
}

}  // namespace

void add_storage_routes(Router& router, StudyStore& store, tuning::TrialIssuer& issuer,
                        artifacts::ArtifactFolder* artifacts) {
  const std::string base = "/api/v1/storage";
  const auto add = [&](const char* method, const std::string& path, Response (*handle)(const Request&, StudyStore&)) {
    router.add(method, base + path, usual_access(method),
               [&store, handle](const Request& r) { return handle(r, store); });
  };
  // With the path's id in `name`.
  const auto add_with = [&](const char* method, const std::string& path, const char* name, auto handle) {
    add_with_id(router, method, base + path, name,
                [&store, handle](const Request& request, std::int64_t id) { return handle(request, store, id); });
  };
  const auto attribute_setter = [](auto set, AttributeKind kind) {
    return [set, kind](const Request& request, StudyStore& table, std::int64_t id) {
      return set(request, table, id, kind);
    };
  };
  add("POST", "/studies", post_study);
  add("GET", "/studies", get_studies);
  add_with("GET", "/studies/{study_id}", "study_id", get_study);
  add_with("DELETE", "/studies/{study_id}", "study_id",
           [artifacts](const Request& request, StudyStore& studies, std::int64_t id) {
             return delete_with_artifacts(request, studies, artifacts, id, StudyResponse{});
           });
  add_with("POST", "/studies/{study_id}/trials", "study_id", post_trial);
  add_with("GET", "/studies/{study_id}/trials", "study_id",
           [&issuer](const Request& request, StudyStore& studies, std::int64_t study_id) {
             return get_trials(request, studies, issuer, study_id);
           });
  add_with("GET", "/studies/{study_id}/trials/number/{number}", "study_id", get_trial_by_number);
  add_with("GET", "/trials/{trial_id}", "trial_id", get_trial);
  add_with("PUT", "/trials/{trial_id}/params", "trial_id", put_param);
  add_with("PUT", "/trials/{trial_id}/state", "trial_id", put_state);
  add_with("PUT", "/trials/{trial_id}/intermediate-values", "trial_id", put_intermediate_value);
  add_with("PUT", "/trials/{trial_id}/heartbeat", "trial_id", put_heartbeat);
  add_with("GET", "/studies/{study_id}/stale-trials", "study_id", get_stale_trials);
  for (const AttributeKind kind : {AttributeKind::user, AttributeKind::system}) {
    const std::string last = kind == AttributeKind::user ? "/user-attrs" : "/system-attrs";
    add_with("PUT", "/studies/{study_id}" + last, "study_id", attribute_setter(put_study_attribute, kind));
    add_with("PUT", "/trials/{trial_id}" + last, "trial_id", attribute_setter(put_trial_attribute, kind));
  }
}

}  // namespace ssem::api::http
