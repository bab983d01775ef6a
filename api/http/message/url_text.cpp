#include "api/http/message/url_text.h"

#include "advisor/json/utf8.h"

namespace ssem::api::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, PlusSign plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      decoded.push_back(text[i] == '+' && plus == PlusSign::space ? ' ' : text[i]);
    }
  }
  if (decoded.find('\0') != std::string::npos || advisor::json::find_broken_utf8(decoded) != std::string_view::npos)
    return std::nullopt;
  return decoded;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  FaultList faults;
  int position = 0;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (part.empty()) continue;
    ++position;
    const std::size_t equals = part.find('=');
    auto name = percent_decode(part.substr(0, equals), PlusSign::space);
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1),
                                PlusSign::space);
    if (!name || name->empty()) {
      faults.add("", "query parameter " + std::to_string(position) + " must have a name in percent-encoded UTF-8");
    } else if (!value) {
      faults.add("/" + *name, "must be percent-encoded UTF-8 without NUL");
    } else {
      fields.emplace_back(std::move(*name), std::move(*value));
    }
  }
  if (!faults.empty()) return faults.to_error();
  return fields;
}

}  // namespace ssem::api::http
