#include "api/jobs/job_events.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisor/json/training/event_fields.h"

namespace ssem::api::jobs {
namespace {

constexpr std::int64_t kEventsAtOnce = 500;

}  // namespace

EventLog& JobEvents::log() {
  if (!log_) log_.emplace(path_);
  return *log_;
}

std::optional<Error> JobEvents::append(std::string_view name, std::string_view json) {
  const std::lock_guard lock(mutex_);
  auto fault = log().append(name, json);
  news_.notify_all();
  return fault;
}

std::optional<Error> JobEvents::append_last(std::string_view name, std::string_view json) {
  const std::lock_guard lock(mutex_);
  auto fault = log().append(name, json);
  last_hidden_ = !fault;
  return fault;
}

void JobEvents::complete() {
  const std::lock_guard lock(mutex_);
  last_hidden_ = false;
  complete_ = true;
  news_.notify_all();
}

EventPage JobEvents::after(std::int64_t number, std::chrono::milliseconds patience, const std::atomic<bool>& stopping) {
  std::unique_lock lock(mutex_);
  if (number > shown() && !complete_) number = 0;
  news_.wait_for(lock, patience, [&] { return stopping || complete_ || shown() > number; });
  EventPage page;
  const std::int64_t most = std::clamp<std::int64_t>(shown() - number, 0, kEventsAtOnce);
  page.events = log().after(number, static_cast<std::size_t>(most));
  const std::int64_t seen = page.events.empty() ? number : page.events.back().number;
  page.complete = complete_ && seen >= shown();
  return page;
}

advisor::json::SharedJson JobEvents::last_progress() {
  std::unique_lock lock(mutex_);
  const auto event = log().last(advisor::json::training::kProgress);
  lock.unlock();
  return event ? advisor::json::SharedJson(nlohmann::ordered_json::parse(event->json, nullptr, false))
               : advisor::json::SharedJson();
}

void JobEvents::wake() {
  const std::lock_guard lock(mutex_);
  news_.notify_all();
}

void JobEvents::release() {
  const std::lock_guard lock(mutex_);
  log_.reset();
}

}  // namespace ssem::api::jobs
