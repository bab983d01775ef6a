#include "api/http/studies/journal_routes.h"

#include <utility>

#include "advisor/json/text_writer.h"
#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/studies/python_json.h"

namespace ssem::api::http {
namespace {

using studies::StudyStore;
using studies::StudyTable;
using Lines = std::vector<StudyTable::Line>;

constexpr std::int64_t kGreatestNumber = 9'007'199'254'740'991;  // of a line, as the OpenAPI document says
constexpr const char* kLinesType = "application/x-ndjson";
constexpr std::size_t kMaxNameBytes = 512;

Result<std::string> journal_name(const Request& request) {
  const std::string& name = request.path_params.front().second;
  if (name.size() <= kMaxNameBytes) return name;
  return field_error("/name",
                     "must be at most " + std::to_string(kMaxNameBytes) + " bytes, got " + std::to_string(name.size()));
}

// Each line to the letter, without its end.
Result<std::vector<std::string>> read_lines(std::string_view body) {
  std::vector<std::string> lines;
  FaultList faults;
  while (!body.empty() && faults.empty()) {
    const std::string at = "/" + std::to_string(lines.size());
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos) {
      faults.add(at, "must end with a line feed: it may be cut off");
      break;
    }
    const std::string_view line = body.substr(0, end);
    const auto value = studies::parse_python_json(line);
    if (!value) {
      faults.add(at, "must be JSON: " + value.error().message);
    } else if (value.value().kind != studies::PythonValue::Kind::dictionary) {
      faults.add(at, "must be a JSON object");
    }
    lines.emplace_back(line);
    body.remove_prefix(end + 1);
  }
  if (!faults.empty()) return faults.to_error();
  return lines;
}

Response get_journals(const Request& request, StudyStore& store) {
  if (const auto query = read_query(request, {}); !query) return study_refusal(query.error(), request);
  using Journals = std::vector<std::pair<std::string, std::size_t>>;
  const auto journals = look<Journals>(store, [](const StudyTable& table) { return Result(table.journals()); });
  if (!journals) return study_refusal(journals.error(), request);
  advisor::json::TextWriter writer(256);
  writer.begin_object();
  writer.key("journals");
  writer.begin_array();
  for (const auto& [name, length] : journals.value()) {
    writer.begin_object();
    writer.field("name", name);
    writer.field("log_count", static_cast<std::int64_t>(length));
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return ok(std::move(writer).take());
}

Response get_lines(const Request& request, StudyStore& store, const std::string& name) {
  const auto query = read_query(request, {"from"});
  if (!query) return study_refusal(query.error(), request);
  std::int64_t from = 0;
  if (const auto given = query.value().find("from"); given != query.value().end()) {
    const auto number = integer_from(given->second);
    if (!number || *number < 0 || *number > kGreatestNumber) {
      return study_refusal(field_error("/from", "must be an integer >= 0 and <= " + std::to_string(kGreatestNumber)),
                           request);
    }
    from = *number;
  }
  const auto lines = look<Lines>(store, [&](const StudyTable& table) {
    return Result(table.journal_lines(name, static_cast<std::size_t>(from)));
  });
  if (!lines) return study_refusal(lines.error(), request);
  Response response;
  response.content_type = kLinesType;
  std::size_t bytes = 0;
  for (const StudyTable::Line& line : lines.value()) bytes += line->size() + 1;
  response.body.reserve(bytes);
  for (const StudyTable::Line& line : lines.value()) response.body.append(*line).push_back('\n');
  return response;
}

Response post_lines(const Request& request, StudyStore& store, const std::string& name) {
  const Result<std::vector<std::string>> lines = read_lines(request.body);
  if (!lines) return study_refusal(lines.error(), request);
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const std::size_t length = table.append_to_journal(name, lines.value());
    return StudyResponse{200, "{\"log_count\":" + std::to_string(length) + "}"};
  });
}

Response delete_lines(const Request& request, StudyStore& store, const std::string& name) {
  return write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    if (auto fault = table.delete_journal(name)) return *fault;
    return StudyResponse{};
  });
}

}  // namespace

void add_journal_routes(Router& router, StudyStore& store) {
  const std::string base = "/api/v1/journals";
  router.add("GET", base, Access::read, [&store](const Request& request) { return get_journals(request, store); });
  const auto add = [&](const char* method, auto handle, const char* content_type) {
    router.add(
        method, base + "/{name}", usual_access(method),
        [&store, handle](const Request& request) {
          const Result<std::string> name = journal_name(request);
          return name ? handle(request, store, name.value()) : study_refusal(name.error(), request);
        },
        content_type);
  };
  add("GET", get_lines, kLinesType);
  add("POST", post_lines, kLinesType);
  add("DELETE", delete_lines, "application/json");
}

}  // namespace ssem::api::http
