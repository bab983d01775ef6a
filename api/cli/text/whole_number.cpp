#include "api/cli/text/whole_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::cli {
namespace {

constexpr double kLargest = 1e15;  // every whole number up to here is a double

}  // namespace

std::string plain_whole_number(const std::string& text) {
  if (text.find_first_of("eE.") == std::string::npos) return text;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || !(std::abs(value) <= kLargest) || value != std::floor(value)) {
    return text;
  }
  std::array<char, 32> plain{};
  const int length = std::snprintf(plain.data(), plain.size(), "%.0f", value);
  return {plain.data(), static_cast<std::size_t>(length)};
}

std::string plain_whole_numbers(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0;;) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    plain += plain_whole_number(text.substr(at, end - at));
    if (end == text.size()) return plain;
    plain += ',';
    at = end + 1;
  }
}

std::string whole_number_fault(const std::string& text, std::int64_t lowest, std::int64_t highest) {
  const std::string plain = plain_whole_number(text);
  std::int64_t value = 0;
  const char* const end = plain.data() + plain.size();
  const auto read = std::from_chars(plain.data(), end, value);
  if (read.ec == std::errc() && read.ptr == end && value >= lowest && value <= highest) return "";
  return "must be an integer from " + std::to_string(lowest) + " to " + std::to_string(highest) + ", got \"" +
         advisor::json::quote_for_message(text) + '"';
}

}  // namespace ssem::api::cli
