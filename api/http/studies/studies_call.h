// What every study route does around its own work: reading path, query and body, and telling what went wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "api/http/idempotency/idempotent_answers.h"
#include "api/http/message/error_response.h"
#include "api/http/message/message.h"
#include "api/http/router.h"
#include "api/http/studies/studies_body.h"
#include "api/studies/study_store.h"

namespace ssem::api::http {

// The whole text, in 64 bits.
std::optional<std::int64_t> integer_from(std::string_view text);

Result<std::int64_t> path_integer(const Request& request, std::string_view name);

// Registers a route whose handler is given the path's integer `name`; other texts there are refused. `access` where it
// is not the usual one.
void add_with_id(Router& router, const char* method, const std::string& pattern, const std::string& name,
                 std::function<Response(const Request&, std::int64_t)> handle,
                 std::optional<Access> access = std::nullopt);

// Name/value pairs of the query; names outside `known`, or given twice, are faults.
Result<std::map<std::string, std::string>> read_query(const Request& request,
                                                      const std::vector<std::string_view>& known);

// The query's states, after_trial_id and include.
Result<studies::TrialFilter> read_trial_filter(const Request& request);

// Parses the body as one JSON object, lets `read` take its fields, and reports all faults at once.
std::optional<Error> read_body(const Request& request, const std::function<void(StudiesBody&)>& read);

// Looks; `look` takes what it needs and the text is made afterwards.
template <class T>
Result<T> look(studies::StudyStore& store, const std::function<Result<T>(const studies::StudyTable&)>& look_at) {
  Result<T> found = Error{};
  if (auto fault = store.read([&](const studies::StudyTable& table) { found = look_at(table); })) return *fault;
  return found;
}

Response ok(std::string body);

}  // namespace ssem::api::http
