// Any text as what Optuna's clients send: attribute values (Python's JSON) and distributions. What is read can be
// written and is then read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "advisor/json/strict_parse.h"
#include "advisor/json/text_writer.h"
#include "api/jobs/event_error.h"
#include "api/jobs/job.h"
#include "api/studies/distribution.h"
#include "api/studies/python_json.h"

namespace {

namespace studies = ssem::api::studies;

void insist(bool condition) {
  if (!condition) std::abort();
}

void check_python_json(std::string_view text) {
  const auto value = studies::parse_python_json(text);
  if (!value) return insist(!value.error().message.empty());
  const std::string written = studies::to_text(value.value());
  const auto again = studies::parse_python_json(written);
  insist(static_cast<bool>(again));
  insist(studies::to_text(again.value()) == written);
  ssem::advisor::json::TextWriter writer(64);
  studies::write_strict(writer, value.value());
}

void check_distribution(std::string_view text) {
  const auto distribution = studies::parse_distribution(text);
  if (!distribution) return insist(!distribution.error().message.empty());
  const std::string written = studies::to_text(distribution.value());
  const auto again = studies::parse_distribution(written);
  insist(again && studies::to_text(again.value()) == written);
}

void check_event(std::string_view text) {
  const auto event = ssem::advisor::json::parse_strict(text);
  if (!event || !event.value().is_object()) return;
  insist(!ssem::api::jobs::error_in(event.value()).message.empty());
}

void check_job(std::string_view text) {
  const auto job = ssem::api::jobs::job_from(text);
  if (!job) return;
  const auto again = ssem::api::jobs::job_from(ssem::api::jobs::to_text(job.value()));
  insist(again && again.value().id == job.value().id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_python_json(text);
  check_distribution(text);
  check_event(text);
  check_job(text);
  return 0;
}
