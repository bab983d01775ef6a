#include "api/http/message/standard_headers.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <utility>

namespace ssem::api::http {

std::string http_date(std::chrono::system_clock::time_point time) {
  // By hand, since strftime writes the locale's names.
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text.data();
}

void add_standard_headers(Response& response) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kRules = {
      {{"X-Content-Type-Options", "nosniff"},
       {"Cache-Control", "no-store"},
       {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
       {"Cross-Origin-Resource-Policy", "same-origin"},
       {"Referrer-Policy", "no-referrer"}}};
  for (const auto& [rule, value] : kRules) {
    const auto is_rule = [&rule = rule](const auto& header) { return header.first == rule; };
    if (std::none_of(response.headers.begin(), response.headers.end(), is_rule)) {
      response.headers.emplace_back(rule, value);
    }
  }
  response.headers.emplace_back("Date", http_date(std::chrono::system_clock::now()));
}

}  // namespace ssem::api::http
