#include "api/http/observe/request_log.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

using namespace std::chrono_literals;
using namespace std::string_literals;
using ssem::api::http::LogFormat;
using ssem::api::http::LogLevel;
using ssem::api::http::RequestLog;
using ssem::api::http::RequestRecord;

namespace {

// What `write` logs, read back through a pipe.
template <class Write>
std::string logged(LogLevel level, LogFormat format, Write write) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  write(RequestLog(level, format, ends[1]));
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  return text;
}

RequestRecord record_of(std::string_view path, int status = 200) {
  return {"id-1", "GET", path, status, 1234567ns, 5, 18446744073709551615U};
}

}  // namespace

TEST_CASE("a request is one line of JSON with exact numbers") {
  const std::string line =
      logged(LogLevel::info, LogFormat::json, [](const RequestLog& log) { log.request(record_of("/a")); });
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  const auto record = nlohmann::json::parse(line);
  CHECK(record["level"] == "info");
  CHECK(record["request_id"] == "id-1");
  CHECK(record["path"] == "/a");
  CHECK(record["status"] == 200);
  CHECK(record["duration_ms"] == 1.234);
  CHECK(record["response_bytes"].get<std::uint64_t>() == 18446744073709551615U);
  CHECK(record["ts"].get<std::string>().size() == 24);
}

TEST_CASE("why a request failed is written where it is known, and fits a pipe whatever it holds") {
  RequestRecord record = record_of("/a", 503);
  record.reason = "storage /data/ssem.db: the disk is full";
  const auto line_of = [](const RequestRecord& failed) {
    return logged(LogLevel::info, LogFormat::json, [&](const RequestLog& log) { log.request(failed); });
  };
  CHECK(nlohmann::json::parse(line_of(record))["reason"] == "storage /data/ssem.db: the disk is full");
  CHECK_FALSE(nlohmann::json::parse(line_of(record_of("/a"))).contains("reason"));
  const std::string hostile(5000, '\xff');
  record.reason = hostile;
  record.path = hostile;
  CHECK(line_of(record).size() < 4096);
}

TEST_CASE("hostile bytes never leave their field or their line") {
  const std::string path = "/\n\r\t\0\x1b\x7f\xff\"\\ x=\"y\" \xE2\x80\xA8"s;
  for (const LogFormat format : {LogFormat::json, LogFormat::logfmt}) {
    const std::string line =
        logged(LogLevel::info, format, [&](const RequestLog& log) { log.request(record_of(path)); });
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(line.back() == '\n');
    CHECK(std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= ' ' && c <= '~'; }));
    if (format == LogFormat::json) CHECK(nlohmann::json::parse(line)["status"] == 200);
  }
}

TEST_CASE("a long path is cut") {
  const std::string line = logged(LogLevel::info, LogFormat::logfmt,
                                  [](const RequestLog& log) { log.request(record_of(std::string(5000, 'a'))); });
  CHECK(std::count(line.begin(), line.end(), 'a') < 600);
}

TEST_CASE("the level decides what is written, and a 500 is an error") {
  const auto both = [](const RequestLog& log) {
    log.request(record_of("/fine"));
    log.request(record_of("/broken", 500));
  };
  const std::string errors = logged(LogLevel::error, LogFormat::logfmt, both);
  CHECK(errors.find("/fine") == std::string::npos);
  CHECK(errors.find("/broken") != std::string::npos);
  CHECK(errors.find("level=\"error\"") != std::string::npos);
  CHECK(logged(LogLevel::off, LogFormat::logfmt, both).empty());
}

TEST_CASE("an event carries its fields") {
  const std::string line = logged(LogLevel::debug, LogFormat::logfmt, [](const RequestLog& log) {
    log.event(LogLevel::warn, "queue full", {{"waiting", "7"}});
  });
  CHECK(line.find("level=\"warn\" msg=\"queue full\" waiting=\"7\"\n") != std::string::npos);
}

TEST_CASE("a log that cannot be written is no failure") {
  const RequestLog log(LogLevel::info, LogFormat::json, -1);
  CHECK_NOTHROW(log.request(record_of("/a")));
}

TEST_CASE("names of levels and formats read back") {
  for (const char* level : {"debug", "info", "warn", "error", "off"}) {
    REQUIRE(ssem::api::http::log_level_from(level));
    CHECK(name(*ssem::api::http::log_level_from(level)) == level);
  }
  CHECK(ssem::api::http::log_format_from("json") == LogFormat::json);
  CHECK_FALSE(ssem::api::http::log_level_from("loud"));
}
