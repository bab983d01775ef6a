#include "api/http/studies/studies_call.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/strict_parse.h"
#include "api/http/request_id.h"
#include "api/http/studies/storage_text.h"
#include "api/http/url_text.h"

namespace ssem::api::http {
namespace {

constexpr std::string_view kKeyHeader = "Idempotency-Key";

struct Key {
  std::string session;
  std::int64_t sequence = 0;
};

Result<std::optional<Key>> key_of(const Request& request) {
  if (request.header_count(kKeyHeader) == 0) return std::optional<Key>();
  const std::string_view text = request.header(kKeyHeader);
  const std::size_t slash = text.find('/');
  const auto sequence = slash == std::string_view::npos ? std::nullopt : integer_from(text.substr(slash + 1));
  if (!sequence || !is_sane_request_id(text.substr(0, slash))) {
    return Error{ErrorCode::invalid_argument,
                 "Idempotency-Key must be SESSION/SEQUENCE: up to 64 letters, digits, '.', '-', '_'; an integer",
                 {}};
  }
  return std::optional<Key>({std::string(text.substr(0, slash)), *sequence});
}

// The answer that the key had before, or nothing when the request is new.
Result<std::optional<StudyResponse>> earlier_answer(const studies::StudyTable& table, const Key& key) {
  const studies::IdempotencyRecord* receipt = table.receipt(key.session);
  if (receipt == nullptr || receipt->sequence < key.sequence) return std::optional<StudyResponse>();
  if (receipt->sequence == key.sequence) return std::optional<StudyResponse>({receipt->status, receipt->body});
  return Error{ErrorCode::invalid_argument,
               "Idempotency-Key: the session is at " + std::to_string(receipt->sequence) + " already, got " +
                   std::to_string(key.sequence),
               {}};
}

}  // namespace

std::optional<std::int64_t> integer_from(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<std::int64_t> path_integer(const Request& request, std::string_view name) {
  for (const auto& [known, text] : request.path_params) {
    if (known != name) continue;
    if (const auto value = integer_from(text)) return *value;
  }
  FaultList faults;
  faults.add(advisor::json::pointer_step(name), "must be an integer in the path");
  return faults.to_error();
}

void add_with_id(Router& router, const char* method, const std::string& pattern, const std::string& name,
                 std::function<Response(const Request&, std::int64_t)> handle) {
  router.add(method, pattern, Access::key, [name, handle = std::move(handle)](const Request& request) {
    const Result<std::int64_t> id = path_integer(request, name);
    return id ? handle(request, id.value()) : studies_error(id.error(), kTrialFinished, request.request_id);
  });
}

Result<std::map<std::string, std::string>> read_query(const Request& request,
                                                      const std::vector<std::string_view>& known) {
  const auto fields = parse_query(request.query);
  if (!fields) return fields.error();
  std::map<std::string, std::string> values;
  FaultList faults;
  for (const auto& [name, value] : fields.value()) {
    const std::string path = advisor::json::pointer_step(name);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      faults.add(path, "is no known field");
    } else if (!values.emplace(name, value).second) {
      faults.add(path, "must be given once, got it more than once");
    }
  }
  if (!faults.empty()) return faults.to_error();
  return values;
}

std::optional<Error> read_body(const Request& request, const std::function<void(StudiesBody&)>& read) {
  const Result<nlohmann::ordered_json> json = advisor::json::parse_strict(request.body);
  if (!json) return json.error();
  FaultList faults;
  StudiesBody body(json.value(), "", faults);
  if (faults.empty()) {
    read(body);
    body.finish();
  }
  if (!faults.empty()) return faults.to_error();
  return std::nullopt;
}

Response write_idempotent(const Request& request, studies::StudyStore& store, std::string_view conflict_code,
                          const std::function<Result<StudyResponse>(studies::StudyTable&)>& make) {
  const auto refuse = [&](const Error& error) { return studies_error(error, conflict_code, request.request_id); };
  const Result<std::optional<Key>> key = key_of(request);
  if (!key) return refuse(key.error());
  StudyResponse answer;
  const auto fault = store.write([&](studies::StudyTable& table) -> std::optional<Error> {
    if (key.value()) {
      Result<std::optional<StudyResponse>> earlier = earlier_answer(table, *key.value());
      if (!earlier) return earlier.error();
      if (earlier.value()) {
        answer = *std::move(earlier).value();
        return std::nullopt;
      }
    }
    Result<StudyResponse> made = make(table);
    if (!made) return made.error();
    answer = std::move(made).value();
    if (key.value()) {
      table.keep_receipt({key.value()->session, key.value()->sequence, answer.status, answer.body, studies::now()});
    }
    return std::nullopt;
  });
  if (fault) return refuse(*fault);
  Response response;
  response.status = answer.status;
  response.body = std::move(answer.body);
  return response;
}

Response ok(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

}  // namespace ssem::api::http
