#include "api/http/observe/request_log.h"

#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <mutex>

namespace ssem::api::http {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"debug", "info", "warn", "error", "off"};
constexpr std::array<std::string_view, 2> kFormatNames = {"logfmt", "json"};

void append_padded(std::string& line, long value, int width) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  for (auto length = end - digits.data(); length < width; ++length) line.push_back('0');
  line.append(digits.data(), end);
}

void append_timestamp(std::string& line) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  append_padded(line, utc.tm_year + 1900L, 4);
  line.push_back('-');
  append_padded(line, utc.tm_mon + 1L, 2);
  line.push_back('-');
  append_padded(line, utc.tm_mday, 2);
  line.push_back('T');
  append_padded(line, utc.tm_hour, 2);
  line.push_back(':');
  append_padded(line, utc.tm_min, 2);
  line.push_back(':');
  append_padded(line, utc.tm_sec, 2);
  line.push_back('.');
  append_padded(line, now.tv_nsec / 1'000'000, 3);
  line.push_back('Z');
}

// Inside quotes, for both formats: printable ASCII stays, everything else becomes \u00XX (a byte, not a character).
void append_quoted(std::string& line, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  line.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line.push_back('\\');
      line.push_back(c);
    } else if (byte >= 0x20U && byte < 0x7FU) {
      line.push_back(c);
    } else {
      line += "\\u00";
      line.push_back(kDigits[byte >> 4U]);
      line.push_back(kDigits[byte & 0xFU]);
    }
  }
  line.push_back('"');
}

// Writes fields in either format, the line's frame included.
class Line {
 public:
  Line(LogFormat format, LogLevel level, std::string_view message) : format_(format) {
    text_.reserve(256);
    if (format_ == LogFormat::json) text_.push_back('{');
    key("ts");
    if (format_ == LogFormat::json) text_.push_back('"');
    append_timestamp(text_);
    if (format_ == LogFormat::json) text_.push_back('"');
    string("level", name(level));
    string("msg", message);
  }

  void string(std::string_view name, std::string_view value) {
    key(name);
    append_quoted(text_, value);
  }

  void integer(std::string_view name, std::uint64_t value) {
    key(name);
    append_integer(value);
  }

  void milliseconds(std::string_view name, std::chrono::nanoseconds value) {
    key(name);
    const auto microseconds = value.count() / 1000;
    append_integer(static_cast<std::uint64_t>(microseconds / 1000));
    text_.push_back('.');
    append_padded(text_, microseconds % 1000, 3);
  }

  std::string_view finish() {
    text_ += format_ == LogFormat::json ? "}\n" : "\n";
    return text_;
  }

 private:
  void append_integer(std::uint64_t value) {
    std::array<char, 24> digits{};
    text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }

  void key(std::string_view name) {
    if (format_ == LogFormat::json) {
      if (!first_) text_.push_back(',');
      append_quoted(text_, name);
      text_.push_back(':');
    } else {
      if (!first_) text_.push_back(' ');
      text_ += name;
      text_.push_back('=');
    }
    first_ = false;
  }

  LogFormat format_;
  bool first_ = true;
  std::string text_;
};

// A pipe that nobody reads is full sooner or later, and a write to it would wait for ever.
bool takes_a_line(int file_descriptor) {
  pollfd target{file_descriptor, POLLOUT, 0};
  return ::poll(&target, 1, 0) == 1 && (target.revents & POLLOUT) != 0;
}

// A log that cannot be written must not stop the server: such lines are dropped. A writable pipe takes PIPE_BUF bytes
// at once, more than a request's line has; one writer at a time keeps that true.
void write_line(int file_descriptor, std::string_view line) {
  static std::mutex one_writer;
  const std::lock_guard<std::mutex> lock(one_writer);
  if (!takes_a_line(file_descriptor)) return;
  while (!line.empty()) {
    const ssize_t written = ::write(file_descriptor, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

template <class Enum, std::size_t size>
std::optional<Enum> find_name(const std::array<std::string_view, size>& names, std::string_view name) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }
std::string_view name(LogFormat format) { return kFormatNames[static_cast<std::size_t>(format)]; }
std::optional<LogLevel> log_level_from(std::string_view name) { return find_name<LogLevel>(kLevelNames, name); }
std::optional<LogFormat> log_format_from(std::string_view name) { return find_name<LogFormat>(kFormatNames, name); }

void RequestLog::request(const RequestRecord& record) const {
  const LogLevel level = record.status >= 500 ? LogLevel::error : LogLevel::info;
  if (level < level_) return;
  Line line(format_, level, "request");
  line.string("request_id", record.request_id);
  line.string("client", record.client);
  if (!record.key.empty()) line.string("key", record.key);
  line.string("method", record.method);
  line.string("path", record.path.substr(0, record.reason.empty() ? kMaxLoggedPath : kMaxLoggedPathBesideReason));
  line.integer("status", static_cast<std::uint64_t>(record.status));
  line.milliseconds("duration_ms", record.duration);
  line.integer("request_bytes", record.request_bytes);
  line.integer("response_bytes", record.response_bytes);
  if (!record.reason.empty()) line.string("reason", record.reason.substr(0, kMaxLoggedReason));
  write_line(file_descriptor_, line.finish());
}

void RequestLog::call(const CallRecord& record) const {
  const LogLevel level = record.reason.empty() ? LogLevel::info : LogLevel::error;
  if (level < level_) return;
  Line line(format_, level, "grpc");
  line.string("client", record.client);
  if (!record.key.empty()) line.string("key", record.key);
  line.string("method", record.method);
  line.integer("status", static_cast<std::uint64_t>(record.status));
  line.milliseconds("duration_ms", record.duration);
  if (!record.reason.empty()) line.string("reason", record.reason.substr(0, kMaxLoggedReason));
  write_line(file_descriptor_, line.finish());
}

void RequestLog::event(LogLevel level, std::string_view message,
                       std::initializer_list<std::pair<std::string_view, std::string_view>> fields) const {
  if (level < level_) return;
  Line line(format_, level, message);
  for (const auto& [field, value] : fields) line.string(field, value);
  write_line(file_descriptor_, line.finish());
}

}  // namespace ssem::api::http
