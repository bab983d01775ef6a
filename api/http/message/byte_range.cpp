#include "api/http/message/byte_range.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

namespace ssem::api::http {
namespace {

constexpr std::string_view kUnit = "bytes=";

// More than any file has where it is more than 64 bits.
std::optional<std::uint64_t> number_from(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  if (digits.empty() || read.ptr != end) return std::nullopt;
  if (read.ec == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return number;
}

bool begins_with_unit(std::string_view text) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return text.size() >= kUnit.size() &&
         std::equal(kUnit.begin(), kUnit.end(), text.begin(), [&](char unit, char c) { return lower(c) == unit; });
}

}  // namespace

ByteRange read_byte_range(std::string_view header, std::uint64_t size) {
  using Kind = ByteRange::Kind;
  const ByteRange whole{Kind::whole, 0, size};
  const ByteRange unsatisfiable{Kind::unsatisfiable, 0, 0};
  if (!begins_with_unit(header)) return whole;
  const std::string_view range = header.substr(kUnit.size());
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return whole;
  const std::optional<std::uint64_t> first = number_from(range.substr(0, dash));
  const std::optional<std::uint64_t> last = number_from(range.substr(dash + 1));
  if (dash == 0) {  // the last bytes
    if (!last) return whole;
    if (*last == 0 || size == 0) return unsatisfiable;
    const std::uint64_t count = std::min(*last, size);
    return {Kind::part, size - count, count};
  }
  const bool is_open = dash + 1 == range.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return whole;
  if (*first >= size) return unsatisfiable;
  return {Kind::part, *first, is_open ? size - *first : std::min(*last, size - 1) - *first + 1};
}

ByteRange asked_range(const Request& request, std::uint64_t size) {
  const bool is_asked = request.header && request.method == "GET" && request.header_count("If-Range") == 0;
  return read_byte_range(is_asked ? request.header(kReceivedRange) : std::string_view{}, size);
}

}  // namespace ssem::api::http
