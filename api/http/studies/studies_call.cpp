#include "api/http/studies/studies_call.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/closest_name.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/strict_parse.h"
#include "api/http/message/error_response.h"
#include "api/http/message/url_text.h"

namespace ssem::api::http {
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
  return field_error(advisor::json::pointer_step(name), "must be an integer in the path");
}

void add_with_id(Router& router, const char* method, const std::string& pattern, const std::string& name,
                 std::function<Response(const Request&, std::int64_t)> handle, std::optional<Access> access) {
  router.add(method, pattern, access.value_or(usual_access(method)),
             [name, handle = std::move(handle)](const Request& request) {
               const Result<std::int64_t> id = path_integer(request, name);
               return id ? handle(request, id.value()) : study_refusal(id.error(), request);
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
      faults.add(path, advisor::json::unknown_field_rule(name, known));
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

Response ok(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

}  // namespace ssem::api::http
