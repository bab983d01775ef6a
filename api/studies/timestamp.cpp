#include "api/studies/timestamp.h"

#include <array>
#include <cstdio>

namespace ssem::api::studies {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string written(Timestamp moment, char separator, const char* offset) {
  const auto day = std::chrono::floor<days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  std::array<char, 80> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u%c%02d:%02d:%02d.%06d%s", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), separator,
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()), offset);
  return {text.data(), static_cast<std::size_t>(length)};
}

// Reads a text from its front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool take(char letter) {
    if (rest_.empty() || rest_.front() != letter) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits; -1 when they are not there.
  int digits(std::size_t count) {
    if (rest_.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return -1;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

 private:
  std::string_view rest_;
};

// One to six decimals as microseconds.
int fraction(Cursor& cursor) {
  int value = 0;
  int places = 0;
  while (cursor.at_digit() && places < 6) {
    value = value * 10 + cursor.digits(1);
    ++places;
  }
  if (places == 0 || cursor.at_digit()) return -1;
  for (; places < 6; ++places) value *= 10;
  return value;
}

std::optional<minutes> offset(Cursor& cursor) {
  if (cursor.done() || cursor.take('Z')) return minutes{0};
  const bool east = cursor.take('+');
  if (!east && !cursor.take('-')) return std::nullopt;
  const int hour = cursor.digits(2);
  if (!cursor.take(':')) return std::nullopt;
  const int minute = cursor.digits(2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  const minutes distance = hours{hour} + minutes{minute};
  return east ? distance : -distance;
}

}  // namespace

Timestamp now() { return std::chrono::floor<microseconds>(std::chrono::system_clock::now()); }

std::string to_iso(Timestamp moment) { return written(moment, 'T', "+00:00"); }

std::optional<std::string> to_iso(const std::optional<Timestamp>& moment) {
  if (!moment) return std::nullopt;
  return to_iso(*moment);
}

std::string to_sql(Timestamp moment) { return written(moment, ' ', ""); }

std::optional<Timestamp> timestamp_from(std::string_view text) {
  Cursor cursor(text);
  const int year = cursor.digits(4);
  if (!cursor.take('-')) return std::nullopt;
  const int month = cursor.digits(2);
  if (!cursor.take('-')) return std::nullopt;
  const int day = cursor.digits(2);
  if (!cursor.take('T') && !cursor.take(' ')) return std::nullopt;
  const int hour = cursor.digits(2);
  if (!cursor.take(':')) return std::nullopt;
  const int minute = cursor.digits(2);
  if (!cursor.take(':')) return std::nullopt;
  const int second = cursor.digits(2);
  const int microsecond = cursor.take('.') ? fraction(cursor) : 0;
  const std::optional<minutes> east_of_utc = offset(cursor);
  if (year < 1 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59 || microsecond < 0 || !east_of_utc || !cursor.done()) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  const Timestamp moment = std::chrono::sys_days(date) + hours{hour} + minutes{minute} + seconds{second} +
                           microseconds{microsecond} - *east_of_utc;
  const std::chrono::year_month_day in_utc(std::chrono::floor<days>(moment));
  if (static_cast<int>(in_utc.year()) < 1 || static_cast<int>(in_utc.year()) > 9999) return std::nullopt;
  return moment;
}

}  // namespace ssem::api::studies
