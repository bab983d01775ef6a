#include "api/http/connections/refusal_text.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "api/http/connections/addresses.h"

namespace ssem::api::http {
namespace {

const char* reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

}  // namespace

void describe_unread(Connection& connection, Request& request) {
  constexpr std::size_t kLongestMethod = 32;
  name_addresses(connection);
  request.local_address = connection.local_address;
  request.remote_address = connection.remote_address;
  const std::string_view line = connection.reception.first_line();
  const std::size_t space = line.find(' ');
  request.method = line.substr(0, std::min(space, kLongestMethod));
  if (space == std::string_view::npos) return;
  const std::string_view target = line.substr(space + 1);
  request.path = target.substr(0, target.find_first_of(" ?"));  // what follows ? may be secret
}

std::string text_of_refusal(const Response& response) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + ' ' + reason_of(response.status) +
                     "\r\nContent-Type: " + response.content_type + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  return text + "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
}

}  // namespace ssem::api::http
