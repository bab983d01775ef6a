// Moments in UTC, to the microsecond, and their two texts.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ssem::api::studies {

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

Timestamp now();

// "2026-11-23T10:00:00.000000+00:00"
std::string to_iso(Timestamp moment);
std::optional<std::string> to_iso(const std::optional<Timestamp>& moment);

// ISO 8601 with an offset ("Z", "+09:00"; without one the time is UTC), T or a space, up to six decimals of a second.
// Years 1 to 9999, Python's range.
std::optional<Timestamp> timestamp_from(std::string_view text);

// "2026-11-23 10:00:00.000000": UTC without an offset, as SQLAlchemy keeps a DATETIME in SQLite.
std::string to_sql(Timestamp moment);

}  // namespace ssem::api::studies
