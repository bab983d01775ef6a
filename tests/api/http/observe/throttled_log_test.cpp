#include "api/http/observe/throttled_log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

using namespace ssem::api::http;

TEST_CASE("of many warnings at once one is written, with its reason") {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  const RequestLog log(LogLevel::info, LogFormat::logfmt, pipe[1]);
  ThrottledLog warnings(log, "it failed");
  for (int i = 0; i < 50; ++i) warnings.warn("reason " + std::to_string(i));
  ::close(pipe[1]);
  std::string text(65536, ' ');
  text.resize(static_cast<std::size_t>(::read(pipe[0], text.data(), text.size())));
  ::close(pipe[0]);
  CHECK(text.find("it failed") != std::string::npos);
  CHECK(text.find("reason 0") != std::string::npos);
  CHECK(text.find("reason 1") == std::string::npos);
}
