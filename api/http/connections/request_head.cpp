#include "api/http/connections/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/http/connections/wire_text.h"

namespace ssem::api::http {
namespace {

constexpr int kBadRequest = 400;
constexpr int kExpectationFailed = 417;
constexpr int kNotImplemented = 501;
constexpr std::size_t kMostLengthDigits = 18;  // more than any body's, and no overflow

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token_char(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || kMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool is_same(std::string_view text, std::string_view lower_case) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [&](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool lists(std::string_view value, std::string_view lower_case) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (is_same(trimmed(value.substr(0, comma)), lower_case)) return true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return false;
}

// 0, or the status that refuses it.
int request_line_fault(std::string_view line, bool& is_version_1_1) {
  constexpr std::array<std::string_view, 10> kMethods = {"GET",   "HEAD",    "POST",  "PUT",     "DELETE",
                                                         "PATCH", "OPTIONS", "TRACE", "CONNECT", "QUERY"};
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return kBadRequest;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  const auto is_no_target_char = [](char c) { return c == ' ' || c == '\t' || is_control(c); };
  if (!is_token(method) || target.empty() || std::any_of(target.begin(), target.end(), is_no_target_char)) {
    return kBadRequest;
  }
  is_version_1_1 = version == "HTTP/1.1";
  if (!is_version_1_1 && version != "HTTP/1.0") return kBadRequest;
  return std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end() ? kNotImplemented : 0;
}

// What the header lines say, gathered line by line.
struct Fields {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t codings = 0;
  std::string_view length;
  std::string_view coding;
  bool expects_what_we_do_not_know = false;
};

// False: no header line.
bool read_field(std::string_view line, Fields& fields, RequestHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  // A line that goes on from the one before begins with a blank, which is no token.
  if (!is_token(name)) return false;
  if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c); })) return false;
  if (is_same(name, "host")) ++fields.hosts;
  if (is_same(name, "content-length")) {
    ++fields.lengths;
    fields.length = value;
  }
  if (is_same(name, "transfer-encoding")) {
    ++fields.codings;
    fields.coding = value;
  }
  if (is_same(name, "connection") && lists(value, "close")) head.asks_to_close = true;
  if (is_same(name, "expect")) {
    head.expects_continue = is_same(value, "100-continue");
    fields.expects_what_we_do_not_know = !head.expects_continue;
  }
  return true;
}

int framing_fault(const Fields& fields, bool is_version_1_1, RequestHead& head) {
  if (fields.hosts > 1 || (is_version_1_1 && fields.hosts == 0)) return kBadRequest;
  if (fields.lengths + fields.codings > 1) return kBadRequest;
  if (fields.codings == 1) {
    if (!is_version_1_1 || fields.coding.empty()) return kBadRequest;
    if (!is_same(fields.coding, "chunked")) return kNotImplemented;
    head.is_chunked = true;
  }
  if (fields.lengths == 1) {
    const std::string_view digits = fields.length;
    const bool is_number =
        !digits.empty() && digits.size() <= kMostLengthDigits && std::all_of(digits.begin(), digits.end(), is_digit);
    if (!is_number) return kBadRequest;
    std::from_chars(digits.data(), digits.data() + digits.size(), head.content_length);
  }
  return fields.expects_what_we_do_not_know ? kExpectationFailed : 0;
}

}  // namespace

HeadEnd find_head_end(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (!is_control(c)) continue;
    const bool is_line_feed = c == '\n' && i > 0 && bytes[i - 1] == '\r';
    if (c == '\r' && (i + 1 == bytes.size() || bytes[i + 1] == '\n')) continue;
    if (!is_line_feed) return {true, i + 1};
    if (i == 1 || (i >= 3 && bytes.substr(i - 3, 4) == "\r\n\r\n")) return {true, i + 1};
  }
  return {};
}

RequestHead read_head(std::string_view head) {
  RequestHead result;
  const auto refused = [](int status) {
    RequestHead refusal;
    refusal.refusal = status;
    return refusal;
  };
  bool is_version_1_1 = false;
  int status = -1;  // until the request line is read
  Fields fields;
  while (!head.empty()) {
    const std::size_t end = head.find(kLineEnd);
    if (end == std::string_view::npos) return refused(kBadRequest);
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + kLineEnd.size());
    if (status < 0) {
      status = request_line_fault(line, is_version_1_1);
      if (status == kBadRequest) return refused(status);
    } else if (line.empty()) {
      if (!head.empty()) return refused(kBadRequest);
      const int fault = framing_fault(fields, is_version_1_1, result);
      if (fault == kBadRequest || (status == 0 && fault != 0)) return refused(fault);
      return status == 0 ? result : refused(status);
    } else if (!read_field(line, fields, result)) {
      return refused(kBadRequest);
    }
  }
  return refused(kBadRequest);
}

}  // namespace ssem::api::http
