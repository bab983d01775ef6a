#include "api/tuning/study_runs.h"

#include <doctest/doctest.h>

#include "tests/api/tuning/validated_study.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::tuning;
using storage::MemoryBackend;
using studies::AttributeKind;
using studies::StudyTable;
using studies::TrialState;

namespace {

struct RunStudy : ValidatedStudy {
  explicit RunStudy(storage::Storage& storage, const std::string& script = kMeasure, const std::string& config = kPlan)
      : ValidatedStudy(storage, script, config), runs(store, issuer, queue, validations) {
    start([this] { runs.wake(); });
    runs.start();
  }
  ~RunStudy() {
    runs.stop();
    queue.stop();  // before `runs` is gone, which is told of each end
  }
  RunStudy(const RunStudy&) = delete;
  RunStudy& operator=(const RunStudy&) = delete;

  StudyRun now() const {
    const auto run = runs.find(id);
    REQUIRE(run);
    return run.value();
  }
  bool comes_to(const std::string& state) const {
    return comes_true([&] { return now().state == state; });
  }

  StudyRuns runs;
};

}  // namespace

TEST_CASE("a run begins so many trials, one after the other, and tells each its values") {
  MemoryBackend backend;
  RunStudy study(*backend.storage);
  CHECK(study.now().state == "none");
  const auto begun = study.runs.begin(study.id, 3, std::nullopt, "r-1");
  REQUIRE(begun);
  CHECK(begun.value().state == "running");
  CHECK(begun.value().trials == 3);
  REQUIRE(study.comes_to("finished"));
  const StudyRun done = study.now();
  CHECK(done.begun == 3);
  CHECK(done.done == 3);
  CHECK(done.running.empty());
  REQUIRE(study.trials().size() == 3);
  for (const auto& trial : study.trials()) {
    CHECK(trial->state == TrialState::complete);
    CHECK(trial->values->at(0) == doctest::Approx(0.2));
  }
}

TEST_CASE("the same run asked for again is not done again, and another one continues the study") {
  MemoryBackend backend;
  RunStudy study(*backend.storage);
  REQUIRE(study.runs.begin(study.id, 1, std::nullopt, "r-1"));
  REQUIRE(study.comes_to("finished"));
  CHECK(study.runs.begin(study.id, 1, std::nullopt, "r-1").value().state == "finished");
  CHECK(study.trials().size() == 1);
  REQUIRE(study.runs.begin(study.id, 2, std::nullopt, "r-2"));
  REQUIRE(comes_true([&] { return study.now().id == "r-2" && study.now().state == "finished"; }));
  CHECK(study.now().done == 2);
  CHECK(study.trials().size() == 3);
}

TEST_CASE("a run that goes on excludes another, and ends at once when it is asked to") {
  MemoryBackend backend;
  RunStudy study(*backend.storage, kMeasureForEver);
  REQUIRE(study.runs.begin(study.id, 5, std::nullopt, "r-1"));
  REQUIRE(comes_true([&] {
    const StudyRun run = study.now();
    return !run.running.empty() &&
           study.queue.find(run.running[0].validation_id).value().state == jobs::JobState::running;
  }));
  CHECK(study.runs.begin(study.id, 5, std::nullopt, "r-2").error().code == ErrorCode::conflict);
  CHECK(study.runs.end(study.id, true).value().state == "stopped");
  REQUIRE(comes_true([&] { return study.now().running.empty(); }));
  REQUIRE(study.trials().size() == 1);
  CHECK(study.becomes(study.trials()[0]->trial_id, TrialState::fail));
  CHECK(study.runs.end(study.id, true).value().state == "stopped");  // twice is no error
}

TEST_CASE("trials that fail one after the other end the run with a reason") {
  MemoryBackend backend;
  RunStudy study(*backend.storage, "exit 4");
  REQUIRE(study.runs.begin(study.id, 50, std::nullopt, "r-1"));
  REQUIRE(study.comes_to("failed"));
  CHECK(study.now().why.find("the last 3 trials failed") != std::string::npos);
  CHECK(study.trials().size() == 3);
}

TEST_CASE("a run that could only fail is refused before any trial") {
  MemoryBackend backend;
  RunStudy study(*backend.storage, kMeasure, R"({"pruner":{"kind":"none"}})");
  const auto refused = study.runs.begin(study.id, 2, std::nullopt, "r-1");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unprocessable);
  CHECK(study.now().state == "none");
  CHECK(study.trials().empty());
  CHECK(study.runs.begin(999, 2, std::nullopt, "r-1").error().code == ErrorCode::not_found);
  CHECK(study.runs.find(999).error().code == ErrorCode::not_found);
}

TEST_CASE("the training that a run was given is kept with it") {
  MemoryBackend backend;
  RunStudy study(*backend.storage);
  TrainingTemplate training;
  training.objectives = {"within_class_variance"};
  REQUIRE(study.runs.begin(study.id, 1, training, "r-1"));
  REQUIRE(study.comes_to("finished"));
  CHECK(study.now().training.objectives == training.objectives);
  CHECK(study.trials()[0]->values->at(0) == 0.5);
}

TEST_CASE("a run is taken up from its study by the next server") {
  MemoryBackend backend;
  ValidatedStudy study(*backend.storage, kMeasure);
  REQUIRE_FALSE(study.client.act([&](StudyTable& table) {
    return table.set_study_attribute(
        study.id, AttributeKind::system,
        {std::string(kRunAttribute),
         R"({"id":"r-1","state":"running","trials":2,"begun":0,"why":"","validation":{}})"});
  }));
  StudyRuns runs(study.store, study.issuer, study.queue, study.validations);
  study.start([&] { runs.wake(); });
  runs.start();
  CHECK(comes_true([&] { return runs.find(study.id).value().state == "finished"; }));
  CHECK(study.trials().size() == 2);
  runs.stop();
  study.queue.stop();
}

TEST_CASE("what other programs write where a run is kept is no run, and ends no thread") {
  MemoryBackend backend;
  RunStudy study(*backend.storage);
  for (const char* nonsense : {"\"\"", "[]", "3", R"({"id":1,"state":"running"})", R"({"id":"x","state":7})"}) {
    REQUIRE_FALSE(study.client.act([&](StudyTable& table) {
      return table.set_study_attribute(study.id, AttributeKind::system, {std::string(kRunAttribute), nonsense});
    }));
    CAPTURE(nonsense);
    CHECK(study.now().state == "none");
  }
  REQUIRE(study.runs.begin(study.id, 1, std::nullopt, "r-1"));
  CHECK(study.comes_to("finished"));
}
