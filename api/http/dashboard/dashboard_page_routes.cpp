#include <string>
#include <utility>

#include "api/http/dashboard/dashboard_call.h"
#include "api/http/dashboard/dashboard_routes.h"

namespace ssem::api::http {
namespace {

// The front-end's own policy (it needs inline styles and compiles its plots), here and nowhere else.
constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' data: blob:; frame-src 'self'; object-src 'none'; connect-src 'self'; "
    "style-src 'self' data: 'unsafe-inline'; script-src 'self' 'unsafe-eval'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

std::string_view type_of(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".txt", "text/plain; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (path.size() > ending.size() && path.substr(path.size() - ending.size()) == ending) return type;
  }
  return "application/octet-stream";
}

Response missing(const DashboardFiles& files, const Request& request) {
  return refusal(
      {ErrorCode::not_found,
       files.empty() ? "the dashboard is not served: pip install optuna-dashboard, then start ssem serve with "
                       "--dashboard-dir and the folder optuna_dashboard of that package"
                     : "there is nothing at this path",
       {}},
      request);
}

Response file(const DashboardFiles& files, const Request& request, const std::string& path) {
  Response response;
  const bool packed = request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
  const std::string* content = packed ? files.find(path + ".gz") : nullptr;
  if (content != nullptr) {
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    content = files.find(path);
  }
  if (content == nullptr) return missing(files, request);
  response.content_type = type_of(path);
  response.constant_body = *content;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (path == "index.html") response.headers.emplace_back("Content-Security-Policy", kPolicy);
  return response;
}

}  // namespace

void add_dashboard_page_routes(Router& router, const DashboardFiles& files) {
  const auto page = [&files](const Request& request) { return file(files, request, "index.html"); };
  // A browser cannot send a key for them, and they hold nothing secret.
  router.add("GET", "/dashboard", Access::open, page);
  router.add("GET", "/dashboard/{page...}", Access::open, page);
  router.add("GET", "/static/{file...}", Access::open, [&files](const Request& request) {
    return file(files, request, "public/" + request.path_params.front().second);
  });
  router.add("GET", "/favicon.ico", Access::open,
             [&files](const Request& request) { return file(files, request, "img/favicon.ico"); });
}

}  // namespace ssem::api::http
