#include "api/jobs/event_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "advisor/json/training/event_fields.h"
#include "api/jobs/event_error.h"
#include "files/descriptor.h"

namespace ssem::api::jobs {
namespace {

using files::Descriptor;

bool write_at(int file, std::string_view text, std::uint64_t at) {
  while (!text.empty()) {
    const ssize_t count = ::pwrite(file, text.data(), text.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
  return true;
}

bool read_at(int file, std::string& text, std::uint64_t at) {
  for (std::size_t have = 0; have < text.size();) {
    const ssize_t count = ::pread(file, text.data() + have, text.size() - have, static_cast<off_t>(at + have));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    have += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

EventLog::EventLog(std::filesystem::path path) : path_(std::move(path)) {
  std::ifstream file(path_, std::ios::binary);
  std::string line;
  while (std::getline(file, line) && !file.eof()) {
    const auto event = nlohmann::ordered_json::parse(line, nullptr, false);
    lines_.push_back({end_, text_in(event, advisor::json::training::kEvent)});
    end_ += line.size() + 1;
  }
}

std::optional<Error> EventLog::append(std::string_view name, std::string_view json) {
  const Descriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (file.is_open() && write_at(file.get(), std::string(json) + '\n', end_)) {
    lines_.push_back({end_, std::string(name)});
    end_ += json.size() + 1;
    return std::nullopt;
  }
  const Error error{ErrorCode::unavailable, std::string("the events cannot be kept: ") + std::strerror(errno), {}};
  if (file.is_open()) {
    [[maybe_unused]] const int ignored = ::ftruncate(file.get(), static_cast<off_t>(end_));
  }
  return error;
}

std::optional<NumberedEvent> EventLog::last(std::string_view name) const {
  const auto found =
      std::find_if(lines_.rbegin(), lines_.rend(), [name](const Line& line) { return line.name == name; });
  if (found == lines_.rend()) return std::nullopt;
  auto events = after(lines_.rend() - found - 1, 1);
  return events.empty() ? std::nullopt : std::optional(std::move(events.front()));
}

std::vector<NumberedEvent> EventLog::after(std::int64_t number, std::size_t most) const {
  std::vector<NumberedEvent> events;
  const std::size_t first = static_cast<std::size_t>(std::max<std::int64_t>(0, number));
  if (first >= lines_.size()) return events;
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  for (std::size_t index = first; file.is_open() && index < lines_.size() && events.size() < most; ++index) {
    const std::uint64_t next = index + 1 < lines_.size() ? lines_[index + 1].begin : end_;
    std::string text(next - lines_[index].begin - 1, '\0');
    if (!read_at(file.get(), text, lines_[index].begin)) break;
    events.push_back({static_cast<std::int64_t>(index) + 1, lines_[index].name, std::move(text)});
  }
  return events;
}

}  // namespace ssem::api::jobs
