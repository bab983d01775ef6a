// Any bytes as a request: an answer or a list of faults, never a crash. libFuzzer calls the entry point; without it,
// fuzz_main.cpp does.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "advisor/json/error_text.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"

namespace {

namespace json = ssem::advisor::json;

void require(bool condition) {
  if (!condition) std::abort();
}

// Every refusal says why, in JSON that our own reader takes.
void check_error(const ssem::Error& error) {
  require(error.code == ssem::ErrorCode::invalid_argument);
  require(!error.message.empty() && !error.fields.empty());
  for (const auto& fault : error.fields) require(!fault.message.empty() && fault.message.size() < 1000);
  require(static_cast<bool>(json::parse_strict(json::to_text(error, "fuzz"))));
}

void check_as_text_fields(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('&'));
    const std::size_t equals = field.find('=');
    fields.emplace_back(field.substr(0, equals), equals == std::string_view::npos ? "" : field.substr(equals + 1));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
  }
  const auto object = json::object_from_text(fields);
  if (!object) return check_error(object.error());
  const auto request = json::read_recommendation_request(object.value());
  if (!request) check_error(request.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_as_text_fields(text);
  const auto body = json::parse_strict(text);
  if (!body) {
    check_error(body.error());
    return 0;
  }
  const auto evaluation = json::read_evaluation_request(body.value());
  if (!evaluation) check_error(evaluation.error());
  const auto recommendation = json::read_recommendation_request(body.value());
  if (!recommendation) check_error(recommendation.error());
  const auto diagram = json::read_phase_diagram_request(body.value());
  if (!diagram) check_error(diagram.error());
  require(json::parse_strict(json::dump(body.value())).value() == body.value());
  return 0;
}
