#include "trainer/report/json_events.h"

#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::number;

constexpr std::chrono::milliseconds kLeastGap{100};

template <class T>
Json or_null(const std::optional<T>& maybe) {
  if constexpr (std::is_same_v<T, double>) {
    return maybe ? number(*maybe) : Json();
  } else {
    return maybe ? Json(*maybe) : Json();
  }
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

void JsonEvents::started(const std::string& device, std::optional<std::int64_t> total_steps) {
  Json line = event("started");
  line["device"] = device;
  line["total_steps"] = or_null(total_steps);
  write(line);
}

void JsonEvents::progress(const Progress& progress) {
  const auto now = Clock::now();
  if (last_progress_ && now - *last_progress_ < kLeastGap) {
    waiting_ = progress;
    return;
  }
  last_progress_ = now;
  waiting_.reset();
  write_progress(progress);
}

void JsonEvents::checkpoint(std::int64_t step, const std::string& path) {
  write_waiting();
  Json line = event("checkpoint");
  line["step"] = step;
  line["path"] = path;
  write(line);
}

void JsonEvents::finished(const Json& report) {
  write_waiting();
  Json line = event("finished");
  line["report"] = report;
  write(line);
}

void JsonEvents::failed(const Error& error, const Json& report) {
  write_waiting();
  Json line = event("failed");
  line.update(advisor::json::to_json(error, ""));
  if (!report.is_null()) line["report"] = report;
  write(line);
}

Json JsonEvents::event(const char* name) const {
  const std::chrono::duration<double> elapsed = Clock::now() - begin_;
  return Json{{"event", name}, {"time_s", elapsed.count()}};
}

void JsonEvents::write_progress(const Progress& progress) {
  Json line = event("progress");
  line["step"] = progress.step;
  line["total_steps"] = or_null(progress.total_steps);
  line["loss"] = number(progress.loss);
  line["within_class_variance"] = number(progress.within_class_variance);
  line["between_class_variance"] = number(progress.between_class_variance);
  line["view_alignment"] = number(progress.view_alignment);
  line["learning_rate"] = number(progress.learning_rate);
  line["images_per_s"] = number(progress.images_per_s);
  line["eta_s"] = or_null(progress.eta_s);
  write(line);
}

void JsonEvents::write_waiting() {
  if (waiting_) write_progress(*waiting_);
  waiting_.reset();
}

void JsonEvents::write(const Json& event) {
  if (broken_) return;
  if (write_all(descriptor_, advisor::json::dump(event) + '\n')) return;
  broken_ = true;
  stop_ = true;
}

}  // namespace ssem::trainer
