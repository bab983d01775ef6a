// Embeddings that a client sends, looked at by ssem-train.
#include "advisor/json/quote_for_message.h"
#include "advisor/json/training/spec_fields.h"
#include "api/http/connections/slot_limiter.h"
#include "api/http/message/error_response.h"
#include "api/http/studies/studies_call.h"
#include "api/http/validations/validation_routes.h"
#include "api/jobs/audit.h"

namespace ssem::api::http {
namespace {

namespace protocol = advisor::json::training;

constexpr std::size_t kAuditsAtOnce = 2;

Response post_audit(const Request& request, jobs::ValidationJobs& jobs, const SlotLimiter& running) {
  const auto query = read_query(request, {"format", "temperature", "loss_weight", "convention", "instances_per_class",
                                          "embedding_columns", "labels"});
  if (!query) return refusal(query.error(), request);
  jobs::AuditCall call;
  FaultList faults;
  for (const auto& [name, value] : query.value()) {
    if (name == "format") {
      call.format = value;
    } else {
      call.fields.emplace_back(name, value);
    }
  }
  if (!protocol::is_one_of(protocol::kAuditFormats, call.format)) {
    faults.add("/format", "must be " + std::string(protocol::kAuditFormatsText) + ", got " +
                              advisor::json::quote_for_message(call.format));
  }
  if (request.body.empty()) faults.add("", "the body must be the file");
  if (!faults.empty()) return refusal(faults.to_error(), request);
  const auto slot = running.take();
  if (!slot) {
    return refusal({ErrorCode::unavailable, "other audits are running; try again in a moment", {}}, request);
  }
  const auto report = jobs::audit(call, request.body, jobs);
  return report ? ok(report.value()) : refusal(report.error(), request);
}

}  // namespace

void add_audit_route(Router& router, jobs::ValidationJobs& jobs) {
  const SlotLimiter running(kAuditsAtOnce);
  router.add(
      "POST", "/api/v1/audits", Access::advise,
      [&jobs, running](const Request& request) { return post_audit(request, jobs, running); },
      "application/octet-stream");
}

}  // namespace ssem::api::http
