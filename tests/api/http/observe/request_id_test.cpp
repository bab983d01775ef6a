#include "api/http/observe/request_id.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

using ssem::api::http::is_sane_request_id;
using ssem::api::http::new_request_id;

TEST_CASE("a client's id is sane when it is short and plain") {
  for (const char* id : {"a", "3f2c-77.A_b", "00000000-0000-0000-0000-000000000000"}) CHECK(is_sane_request_id(id));
  CHECK(is_sane_request_id(std::string(64, 'x')));
  CHECK_FALSE(is_sane_request_id(std::string(65, 'x')));
  for (const char* id : {"", " ", "a b", "a\r\nb", "a\"b", "a/b", "\xC3\xA9", "<b>"})
    CHECK_FALSE(is_sane_request_id(id));
}

TEST_CASE("fresh ids are sane and unique across threads") {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& ids : made) {
    threads.emplace_back([&ids] {
      for (int i = 0; i < 1000; ++i) ids.push_back(new_request_id());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  CHECK(all.size() == 4000);
  CHECK(is_sane_request_id(*all.begin()));
}
