#include "api/http/dashboard/dashboard_call.h"
#include "api/http/dashboard/dashboard_routes.h"

namespace ssem::api::http {
namespace {

Response no_plots(const Request& request) {
  return refusal(
      {ErrorCode::not_found, "plots drawn by Python are not available on this server; the page draws its own", {}},
      request);
}

}  // namespace

void add_dashboard_refusals(Router& router) {
  const auto add = [&](const char* method, const char* path, Handler handler) {
    router.add(method, path, usual_access(method), std::move(handler));
  };
  add("GET", "/api/studies/{study_id}/plot/{plot_type}", no_plots);
  add("GET", "/api/compare-studies/plot/{plot_type}", no_plots);
}

}  // namespace ssem::api::http
