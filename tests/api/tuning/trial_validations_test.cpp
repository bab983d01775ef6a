#include "api/tuning/trial_validations.h"

#include <doctest/doctest.h>

#include <atomic>

#include "tests/api/tuning/validated_study.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::tuning;
using storage::MemoryBackend;
using studies::AttributeKind;
using studies::StudyTable;
using studies::TrialState;

TEST_CASE("a trial is told what its validation measured") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure);
  std::atomic<int> told{0};
  study.start([&] { ++told; });
  const std::string job_id = jobs::new_job_id();
  const std::int64_t trial_id = study.linked_trial(job_id);
  CHECK(validation_of(*study.trial(trial_id)) == job_id);
  CHECK(study.user_attribute(trial_id, kValidationIdAttribute) == '"' + job_id + '"');
  REQUIRE_FALSE(study.validations.submit(trial_id, {}));
  REQUIRE(study.becomes(trial_id, TrialState::complete));
  const auto trial = study.trial(trial_id);
  REQUIRE(trial->values);
  CHECK(trial->values->at(0) == doctest::Approx(0.2));  // |0.5 - 0.3|
  REQUIRE(trial->intermediate_values.size() == 1);
  CHECK(trial->intermediate_values[0].step == 5);
  CHECK(study.user_attribute(trial_id, kMeasuredAttribute) == R"({"within_class_variance":0.5,"verdict":"refuted"})");
  CHECK(comes_true([&] { return told == 1; }));
  CHECK(study.queue.find(job_id).value().request.trial_id == trial_id);
}

TEST_CASE("a trial whose validation fails says why") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, "exit 77");
  study.start();
  const std::int64_t trial_id = study.linked_trial(jobs::new_job_id());
  REQUIRE_FALSE(study.validations.submit(trial_id, {}));
  REQUIRE(study.becomes(trial_id, TrialState::fail));
  CHECK(study.user_attribute(trial_id, kFailReasonAttribute).find("code 77") != std::string::npos);
}

TEST_CASE("a trial whose objective was not measured fails, and what was measured is kept") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure);
  study.start();
  const std::int64_t trial_id = study.linked_trial(jobs::new_job_id());
  TrainingTemplate training;
  training.objectives = {"loss_value"};
  REQUIRE_FALSE(study.validations.submit(trial_id, training));
  REQUIRE(study.becomes(trial_id, TrialState::fail));
  CHECK(study.user_attribute(trial_id, kFailReasonAttribute) == R"("loss_value was not measured in this run")");
  CHECK(study.user_attribute(trial_id, kMeasuredAttribute).find("0.5") != std::string::npos);
}

TEST_CASE("a validation that cannot be started fails its trial with the reason") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure, kPlan, 0);
  const std::int64_t trial_id = study.linked_trial(jobs::new_job_id());
  CHECK(study.validations.no_room(1));
  const auto fault = study.validations.submit(trial_id, {});
  REQUIRE(fault);
  CHECK(fault->code == ErrorCode::unavailable);
  CHECK(study.state(trial_id) == TrialState::fail);
  CHECK(study.user_attribute(trial_id, kFailReasonAttribute) == '"' + fault->message + '"');
}

TEST_CASE("a cancelled validation fails its trial") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasureForEver);
  study.start();
  const std::string job_id = jobs::new_job_id();
  const std::int64_t trial_id = study.linked_trial(job_id);
  REQUIRE_FALSE(study.validations.submit(trial_id, {}));
  REQUIRE(comes_true([&] { return !study.trial(trial_id)->intermediate_values.empty(); }));
  CHECK(study.queue.cancel(job_id));
  REQUIRE(study.becomes(trial_id, TrialState::fail));
  CHECK(study.user_attribute(trial_id, kFailReasonAttribute) == R"("the validation was cancelled")");
}

TEST_CASE("a trial that the study's pruner gives up is pruned, and its validation ended") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasureForEver,
                       R"({"problem":{"classes":10,"batch_size":512,"dimension":128},
                           "pruner":{"kind":"median","startup_trials":1}})");
  studies::TrialContent better;
  better.state = TrialState::complete;
  better.values = std::vector<double>{0.0};
  better.intermediate_values = {{5, 0.0}};
  study.client.trial(study.id, better);
  study.start();
  const std::string job_id = jobs::new_job_id();
  const std::int64_t trial_id = study.linked_trial(job_id);
  REQUIRE_FALSE(study.validations.submit(trial_id, {}));
  REQUIRE(study.becomes(trial_id, TrialState::pruned));
  CHECK(study.trial(trial_id)->values->at(0) == doctest::Approx(0.2));
  CHECK(study.queue.find(job_id).value().state == jobs::JobState::cancelled);
}

TEST_CASE("a trial is measured by one validation, and only while it runs") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure);
  const auto linked = [&](std::int64_t trial_id) {
    return study.client.act([&](StudyTable& table) { return link(table, trial_id, {"v-00000000000000aa", "", {}}); });
  };
  const std::int64_t first = study.linked_trial(jobs::new_job_id());
  CHECK(linked(first)->code == ErrorCode::conflict);
  const std::int64_t second = study.ask({}).front().trial->trial_id;
  REQUIRE(study.client.set_state(second, TrialState::fail));
  CHECK(linked(second)->code == ErrorCode::conflict);
  CHECK(linked(999)->code == ErrorCode::not_found);
}

TEST_CASE("a copy of a trial has the first one's attribute, and no validation") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure);
  const auto first = study.trial(study.linked_trial("v-00000000000000aa"));
  studies::TrialContent content = *first;
  const std::int64_t copy = study.client.trial(study.id, content);
  CHECK(validation_of(*study.trial(copy)).empty());
  for (const char* nonsense : {"", "3", "\"v-00000000000000aa\"", "{\"id\":5,\"trial_id\":1}", "{"}) {
    studies::Trial trial;
    trial.trial_id = 1;
    trial.system_attributes = {{std::string(kValidationAttribute), nonsense}};
    CHECK(validation_of(trial).empty());
  }
}

TEST_CASE("a validation that a killed server had promised and not kept is started by the next one") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure);
  const std::string promised = jobs::new_job_id();
  const std::int64_t trial_id = study.linked_trial(promised, study.validations.folder_id());
  CHECK_FALSE(study.queue.find(promised));
  study.validations.take_up_lost();
  CHECK(study.queue.find(promised));
  study.start();
  CHECK(study.becomes(trial_id, TrialState::complete));
}

TEST_CASE("trials whose validations are gone fail, others are left alone") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure);
  const std::int64_t lost = study.linked_trial("v-00000000000000aa", "of-another-folder");
  const std::string there = jobs::new_job_id();
  const std::int64_t kept = study.linked_trial(there);
  const std::int64_t plain = study.ask({}).front().trial->trial_id;
  REQUIRE_FALSE(study.validations.submit(kept, {}));  // waits: nothing was started
  study.validations.take_up_lost();
  CHECK(study.state(lost) == TrialState::fail);
  CHECK(study.user_attribute(lost, kFailReasonAttribute) == R"("its validation is not there any more")");
  CHECK(study.state(kept) == TrialState::running);
  CHECK(study.state(plain) == TrialState::running);
}
