// One structured line per request and per event on a file descriptor, logfmt or JSON; hostile bytes are escaped.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ssem::api::http {

enum class LogLevel { debug, info, warn, error, off };
enum class LogFormat { logfmt, json };

std::string_view name(LogLevel level);
std::string_view name(LogFormat format);
std::optional<LogLevel> log_level_from(std::string_view name);
std::optional<LogFormat> log_format_from(std::string_view name);

struct RequestRecord {
  std::string_view request_id;
  std::string_view method;
  std::string_view path;  // at most kMaxLoggedPath bytes are written
  int status = 0;
  std::chrono::nanoseconds duration{0};
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
  std::string_view reason = {};  // why it failed; empty where it did not, and then not written
  std::string_view client = {};  // the address it came from
  std::string_view key = {};     // the name of its API key; empty without one, and then not written
};

// A call of the gRPC protocol.
struct CallRecord {
  std::string_view method;
  int status = 0;  // gRPC's code
  std::chrono::nanoseconds duration{0};
  std::string_view client;
  std::string_view key;     // empty without one, and then not written
  std::string_view reason;  // why the server failed; empty where it did not, and then not written
};

// Thread safe. Never waits: a line that the descriptor does not take at once is dropped.
class RequestLog {
 public:
  static constexpr std::size_t kMaxLoggedPath = 512;
  // Beside a reason less of the path is written: escaped, both fit into what a pipe takes at once.
  static constexpr std::size_t kMaxLoggedReason = 320;
  static constexpr std::size_t kMaxLoggedPathBesideReason = 256;

  RequestLog(LogLevel level, LogFormat format, int file_descriptor)
      : level_(level), format_(format), file_descriptor_(file_descriptor) {}

  // Logged as info, from status 500 on as error.
  void request(const RequestRecord& record) const;

  // Logged as info, with a reason as error.
  void call(const CallRecord& record) const;

  void event(LogLevel level, std::string_view message,
             std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {}) const;

 private:
  LogLevel level_;
  LogFormat format_;
  int file_descriptor_;
};

}  // namespace ssem::api::http
