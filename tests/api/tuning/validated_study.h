// A study whose trials are measured by a script in ssem-train's place.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "api/tuning/trial_validations.h"
#include "tests/api/jobs/stand_in_trainer.h"
#include "tests/api/tuning/asked_study.h"

namespace ssem::api::tuning {

inline constexpr const char* kMeasure =
    R"(echo '{"time_s":1,"step":5,"total_steps":5,"within_class_variance":0.5,"event":"progress"}'
echo '{"event":"finished","report":{"verdict":"refuted","measured":{"within_class_variance":0.5,"loss_value":"nan",)"
    R"("per_class":[1]}}}')";
inline constexpr const char* kMeasureForEver =
    R"(echo '{"time_s":1,"step":5,"total_steps":5,"within_class_variance":0.5,"event":"progress"}'
while :; do sleep 0.02; done)";

// True once the condition holds; false when it never does.
inline bool comes_true(const std::function<bool()>& condition) {
  for (int k = 0; k < 2000; ++k) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return false;
}

// Jobs begin with start().
struct ValidatedStudy : AskedStudy {
  explicit ValidatedStudy(storage::Storage& storage, const std::string& script, const std::string& config = kPlan,
                          std::size_t max_queued_jobs = 100)
      : AskedStudy(storage, config),
        trainer(script),
        queue(settings(trainer.data(), max_queued_jobs), {}, [](const auto&, const auto&) {}),
        validations(store, queue) {}

  static jobs::JobSettings settings(const std::string& data, std::size_t max_queued_jobs) {
    jobs::JobSettings impatient;
    impatient.data_dir = data;
    impatient.max_queued_jobs = max_queued_jobs;
    impatient.end_grace = impatient.stop_grace = std::chrono::milliseconds{200};
    return impatient;
  }

  void start(std::function<void()> after = [] {}) { queue.start(validations.listener(std::move(after))); }

  // A running trial that a validation with this id is to measure.
  std::int64_t linked_trial(const std::string& job_id, const std::string& folder_id = "") {
    const std::int64_t trial_id = ask({}).front().trial->trial_id;
    REQUIRE_FALSE(client.act([&](studies::StudyTable& table) {
      return link(table, trial_id, {job_id, folder_id, {}});
    }));
    return trial_id;
  }
  studies::TrialState state(std::int64_t trial_id) { return trial(trial_id)->state; }
  bool becomes(std::int64_t trial_id, studies::TrialState wanted) {
    return comes_true([&] { return state(trial_id) == wanted; });
  }
  std::string user_attribute(std::int64_t trial_id, std::string_view key) {
    const studies::TrialPtr found = trial(trial_id);
    const std::string* text = studies::find_attribute(found->user_attributes, key);
    return text == nullptr ? "" : *text;
  }
  std::vector<studies::TrialPtr> trials() {
    return client.look([&](const studies::StudyTable& table) { return table.trials(id); }).value();
  }

  jobs::StandInTrainer trainer;
  jobs::ValidationJobs queue;
  TrialValidations validations;
};

}  // namespace ssem::api::tuning
