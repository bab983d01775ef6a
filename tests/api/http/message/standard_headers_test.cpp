#include "api/http/message/standard_headers.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ssem::api::http;

TEST_CASE("a date is written as RFC 9110 has it") {
  CHECK(http_date(std::chrono::system_clock::from_time_t(784111777)) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("what an answer says itself stays, once") {
  Response response;
  response.headers.emplace_back("Content-Security-Policy", "default-src 'self'");
  add_standard_headers(response);
  const auto is_policy = [](const auto& header) { return header.first == "Content-Security-Policy"; };
  CHECK(std::count_if(response.headers.begin(), response.headers.end(), is_policy) == 1);
  CHECK(response.headers.front().second == "default-src 'self'");
}
