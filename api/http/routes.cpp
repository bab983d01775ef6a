#include "api/http/routes.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <thread>

#include "api/http/advice_handlers.h"
#include "api/http/connections/heavy_gate.h"
#include "api/http/dashboard/dashboard_routes.h"
#include "api/http/message/error_response.h"
#include "api/http/openapi/openapi.h"
#include "api/http/page_handlers.h"
#include "api/http/studies/artifact_routes.h"
#include "api/http/studies/export_route.h"
#include "api/http/studies/journal_routes.h"
#include "api/http/studies/storage_routes.h"
#include "api/http/studies/tuning_routes.h"
#include "api/http/validations/validation_routes.h"

namespace ssem::api::http {
namespace {

Response alive() {
  Response response;
  response.body = R"({"status":"ok"})";
  return response;
}

Response ready(storage::Storage& storage, const DashboardFiles& dashboard, const Request& request) {
  if (const std::optional<Error> fault = storage.ping()) {
    return refusal(*fault, request);
  }
  Response response;
  response.body = R"({"status":"ready","storage":")" + std::string(storage.kind()) +
                  "\",\"dashboard\":" + (dashboard.empty() ? "false" : "true") + "}";
  return response;
}

Response metrics_text(const Metrics& metrics, const jobs::ValidationJobs& jobs) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = metrics.text();
  const jobs::ValidationJobs::Counts counts = jobs.counts();
  const auto gauge = [&](const std::string& name, const char* help, std::size_t value) {
    response.body +=
        "# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n" + name + " " + std::to_string(value) + "\n";
  };
  gauge("ssem_validations_queued", "Validations that wait.", counts.queued);
  gauge("ssem_validations_running", "Validations that run.", counts.running);
  return response;
}

Response document() {
  Response response;
  response.constant_body = openapi_document();
  return response;
}

// A few bytes can ask for a second of computing: such requests wait for each other, and nothing else for them.
HeavyGate advice_gate(const ConnectionSettings& settings) {
  const std::size_t cores = std::max(std::thread::hardware_concurrency(), 1U);
  return {settings.max_heavy == 0 ? cores : settings.max_heavy, settings.threads / 2, settings.heavy_patience};
}

Handler in_turn(const HeavyGate& gate, Handler handler) {
  return [gate, handler = std::move(handler)](const Request& request) {
    const HeavyGate::Place place = gate.enter();
    if (place) return handler(request);
    return refusal({ErrorCode::unavailable, "others are being computed; try again", {}}, request);
  };
}

}  // namespace

Router routing_table(const Services& services) {
  const BatchLimits limits{services.settings.batch_time_budget, services.stopping};
  Router router;
  // Advice.
  const auto add_advice = [&router, gate = advice_gate(services.settings.connections)](
                              const char* method, const char* path, Access access, Handler handler) {
    router.add(method, path, access, in_turn(gate, std::move(handler)));
  };
  add_advice("POST", "/api/v1/evaluations", Access::advise,
             [limits](const Request& request) { return post_evaluations(request, limits); });
  router.add("GET", "/api/v1/evaluations", Access::read, get_evaluation);
  add_advice("POST", "/api/v1/recommendations", Access::advise,
             [limits](const Request& request) { return post_recommendations(request, limits); });
  add_advice("GET", "/api/v1/recommendations", Access::read, get_recommendation);
  add_advice("POST", "/api/v1/explanations", Access::advise,
             [limits](const Request& request) { return post_explanations(request, limits); });
  add_advice("GET", "/api/v1/phase-diagram", Access::read, get_phase_diagram);
  router.add("GET", "/api/v1/goals", Access::read, [](const Request&) { return get_goals(); });

  // Training: api/README.md, section 5.
  add_validation_routes(router, services.jobs, services.answers);
  add_validation_events_route(router, services.jobs, services.stopping);
  add_audit_route(router, services.jobs);

  // Studies: api/README.md, section 4.
  const Validating validating{services.trial_validations, services.jobs.datasets()};
  add_storage_routes(router, services.storage.studies(), services.ask_desk, services.artifacts);
  add_study_routes(router, services.storage.studies(), services.jobs.datasets(), services.artifacts);
  add_ask_routes(router, services.storage.studies(), services.ask_desk, validating);
  add_run_routes(router, services.storage.studies(), services.runs, validating, services.answers);
  add_trial_routes(router, services.storage.studies());
  add_suggestion_route(router, services.storage.studies());
  add_journal_routes(router, services.storage.studies());
  add_export_route(router, services.storage);
  add_artifact_routes(router, services.artifacts);

  // optuna-dashboard's own routes.
  add_dashboard_study_routes(router, services.storage.studies(), services.artifacts);
  add_dashboard_trial_routes(router, services.storage.studies());
  add_dashboard_preference_routes(router, services.storage.studies());
  add_dashboard_artifact_routes(router, services.storage.studies(), services.artifacts);
  add_dashboard_refusals(router);
  add_dashboard_page_routes(router, services.dashboard);

  // The server about itself.
  router.add("GET", "/healthz", Access::open, [](const Request&) { return alive(); });
  router.add("GET", "/readyz", Access::open,
             [&storage = services.storage, &dashboard = services.dashboard](const Request& request) {
               return ready(storage, dashboard, request);
             });
  router.add("GET", "/metrics", Access::read,
             [&services_metrics = services.metrics, &jobs = services.jobs](const Request&) {
               return metrics_text(services_metrics, jobs);
             });
  router.add("GET", "/openapi.json", Access::open, [](const Request&) { return document(); });

  // The page. A browser cannot send a key for it, and it holds nothing secret.
  const auto add_page_file = [&router](std::string_view path, const web::Asset& asset) {
    router.add("GET", std::string(path), Access::open,
               [&asset](const Request& request) { return page_file(asset, request); });
  };
  if (const web::Asset* index = web::find_asset("/")) add_page_file("/", *index);
  constexpr std::string_view kPage = ".html";
  for (const web::Asset& asset : web::assets()) {
    const std::size_t stem = asset.path.size() - std::min(asset.path.size(), kPage.size());
    const bool is_view = asset.path.substr(stem) == kPage && asset.path != "/index.html";
    add_page_file(is_view ? asset.path.substr(0, stem) : asset.path, asset);
  }
  return router;
}

std::string to_text(const Router& router) {
  std::string text;
  for (const Route& route : router.routes()) {
    text += route.method + " " + route.pattern + " " + std::string(name(route.access)) + "\n";
  }
  return text;
}

}  // namespace ssem::api::http
