#include "api/http/page_handlers.h"

#include <nlohmann/json.hpp>
#include <string>

namespace ssem::api::http {
namespace {

// Nothing from elsewhere, nothing inline, no embedding, no plug-ins.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// True when the list names this tag, weakly or not, or is "*".
bool names_tag(std::string_view list, std::string_view etag) {
  if (list == "*") return true;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view tag = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (tag.substr(0, 2) == "W/") tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

bool asks_for_page(const Request& request) {
  constexpr std::string_view kHtml = "text/html";
  return request.header && request.header("Accept").substr(0, kHtml.size()) == kHtml;
}

std::string_view heading_of(int status) {
  switch (status) {
    case 403:
      return "Not for this address";
    case 404:
      return "There is nothing here";
    case 405:
      return "This address is for programs";
    default:
      return {};
  }
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

void add_page_headers(Response& response) {
  response.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
}

}  // namespace

void show_to_person(Response& refusal, const Request& request) {
  const std::string_view heading = heading_of(refusal.status);
  if (heading.empty() || !asks_for_page(request)) return;
  const auto told = nlohmann::json::parse(refusal.body, nullptr, false);
  const std::string reason = told.is_object() ? told.value("reason", std::string()) : std::string();
  const std::string title(heading);
  refusal.content_type = "text/html; charset=utf-8";
  refusal.body =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
      title + " - SSEM</title><link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/style.css\">" +
      "</head><body class=\"refusal\"><main><section class=\"card\"><h1>" + title + "</h1><p>" +
      std::to_string(refusal.status) + ": " + escaped(reason) + ".</p><p><a href=\"/\">To the start page</a></p>" +
      "</section></main></body></html>\n";
  add_page_headers(refusal);
}

Response page_file(const web::Asset& asset, const Request& request) {
  Response response;
  response.content_type = asset.content_type;
  response.headers.emplace_back("ETag", asset.etag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  add_page_headers(response);
  if (names_tag(request.header("If-None-Match"), asset.etag)) {
    response.status = 304;
  } else {
    response.constant_body = asset.content;
  }
  return response;
}

}  // namespace ssem::api::http
