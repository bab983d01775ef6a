// The events of a validation as Server-Sent Events (WHATWG HTML, 9.2).
#include <chrono>
#include <memory>
#include <string>

#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/spec_fields.h"
#include "api/http/connections/slot_limiter.h"
#include "api/http/message/error_response.h"
#include "api/http/studies/studies_call.h"
#include "api/http/validations/validation_routes.h"

namespace ssem::api::http {
namespace {

using jobs::ValidationJobs;
using Clock = std::chrono::steady_clock;
namespace protocol = advisor::json::training;

constexpr std::chrono::milliseconds kPatience{1000};  // and so late a stop is noticed
constexpr std::chrono::seconds kHeartbeat{10};
// Then the client comes again, with the number of the last event: a forgotten tab does not hold a thread for days.
constexpr std::chrono::minutes kLongestStream{30};
// Without an id: no event of the validation, which goes on when the server does.
constexpr const char* kStopping = "event: stopping\ndata: {}\n\n";
constexpr const char* kReconnectAfter = "retry: 1000\n\n";

std::string block_of(const jobs::NumberedEvent& event) {
  const bool known = protocol::is_one_of(protocol::kEvents, event.name);
  return "id: " + std::to_string(event.number) + "\nevent: " + (known ? event.name : "message") +
         "\ndata: " + event.json + "\n\n";
}

// True when the client should come again.
bool send_events(ValidationJobs& jobs, const std::string& id, std::int64_t number, const std::atomic<bool>& stopping,
                 const StreamWriter& write) {
  const auto begin = Clock::now();
  auto last_sent = begin;
  if (!write(kReconnectAfter)) return false;
  while (!stopping && Clock::now() - begin < kLongestStream) {
    const auto page = jobs.events(id, number, kPatience);
    if (!page) return false;  // removed meanwhile
    std::string text;
    for (const jobs::NumberedEvent& event : page.value().events) {
      text += block_of(event);
      number = event.number;
    }
    if (text.empty() && Clock::now() - last_sent >= kHeartbeat) text = ": still here\n\n";
    if (!text.empty()) {
      if (!write(text)) return false;
      last_sent = Clock::now();
    }
    if (page.value().complete) return false;
  }
  if (stopping) write(kStopping);
  return true;
}

Result<std::int64_t> last_event_id(const Request& request) {
  const std::string_view text = request.header("Last-Event-ID");
  if (text.empty()) return std::int64_t{0};
  const auto number = integer_from(text);
  if (number && *number >= 0) return *number;
  return Error{ErrorCode::invalid_argument, "Last-Event-ID must be an integer >= 0", {}};
}

}  // namespace

void add_validation_events_route(Router& router, ValidationJobs& jobs, const std::atomic<bool>& stopping) {
  const SlotLimiter streams(jobs.settings().max_streams);
  router.add("GET", "/api/v1/validations/{id}/events", Access::read,
             [&jobs, &stopping, streams](const Request& request) {
               const std::string id = request.path_params.front().second;
               const auto number = last_event_id(request);
               if (!number) return error_response(number.error(), request.request_id);
               const auto page = jobs.events(id, number.value(), std::chrono::milliseconds{0});
               if (!page) return error_response(page.error(), request.request_id);
               Response response;
               response.headers.emplace_back("Cache-Control", "no-store");
               response.headers.emplace_back("X-Accel-Buffering", "no");
               if (page.value().complete && page.value().events.empty()) {
                 response.status = 204;  // tells an EventSource not to come again
                 return response;
               }
               const auto slot = streams.take();
               if (!slot) {
                 return error_response(
                     {ErrorCode::unavailable, "too many event streams are open; ask for the state instead", {}},
                     request.request_id);
               }
               response.content_type = "text/event-stream";
               response.stream = [&jobs, &stopping, slot, id, from = number.value()](const StreamWriter& write) {
                 send_events(jobs, id, from, stopping, write);
               };
               return response;
             });
}

}  // namespace ssem::api::http
