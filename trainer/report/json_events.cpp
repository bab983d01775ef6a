#include "trainer/report/json_events.h"

#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "advisor/json/error_text.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::number;
namespace protocol = advisor::json::training;

constexpr std::chrono::milliseconds kLeastProgressGap{100};

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
  Json line = event(protocol::kStarted);
  line[protocol::kDevice] = device;
  line[protocol::kTotalSteps] = or_null(total_steps);
  write(line);
}

void JsonEvents::progress(const Progress& progress) {
  const auto now = Clock::now();
  if (last_progress_ && now - *last_progress_ < kLeastProgressGap) {
    waiting_ = progress;
    return;
  }
  last_progress_ = now;
  waiting_.reset();
  write_progress(progress);
}

void JsonEvents::checkpoint(std::int64_t step, const std::string& path) {
  write_waiting();
  Json line = event(protocol::kCheckpoint);
  line[protocol::kStep] = step;
  line[protocol::kPath] = path;
  write(line);
}

void JsonEvents::finished(const Json& report) {
  write_waiting();
  Json line = event(protocol::kFinished);
  line[protocol::kReport] = report;
  write(line);
}

void JsonEvents::failed(const Error& error, const Json& report) {
  write_waiting();
  Json line = event(protocol::kFailed);
  line.update(advisor::json::to_json(error, ""));
  if (!report.is_null()) line[protocol::kReport] = report;
  write(line);
}

Json JsonEvents::event(std::string_view name) const {
  const std::chrono::duration<double> elapsed = Clock::now() - begin_;
  return Json{{protocol::kEvent, name}, {protocol::kTimeS, elapsed.count()}};
}

void JsonEvents::write_progress(const Progress& progress) {
  Json line = event(protocol::kProgress);
  line[protocol::kStep] = progress.step;
  line[protocol::kTotalSteps] = or_null(progress.total_steps);
  line[protocol::kLoss] = number(progress.loss);
  line[protocol::kWithinClassVariance] = number(progress.within_class_variance);
  line[protocol::kBetweenClassVariance] = number(progress.between_class_variance);
  line[protocol::kViewAlignment] = number(progress.view_alignment);
  line[protocol::kLearningRate] = number(progress.learning_rate);
  line[protocol::kImagesPerS] = number(progress.images_per_s);
  line[protocol::kEtaS] = or_null(progress.eta_s);
  if (progress.loss_weight) line[protocol::kLossWeight] = number(*progress.loss_weight);
  if (progress.temperature) line[protocol::kTemperature] = number(*progress.temperature);
  line[protocol::kMoved] = or_null(progress.moved);
  line[protocol::kTolerance] = or_null(progress.tolerance);
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
