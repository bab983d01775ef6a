#include "api/jobs/running_job.h"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "tests/api/jobs/stand_in_trainer.h"

using namespace ssem;
using namespace ssem::api::jobs;
using Json = nlohmann::ordered_json;

namespace {

// Keeps what it is told, and ends the job when it is told to.
struct RecordingHost : RunHost {
  bool wanted = true;
  bool stopping = false;
  bool disk_full = false;
  api::processes::MemoryShare memory{std::size_t{8} << 30U};
  std::string ended_by;  // the event at which the job is no longer wanted
  std::string device;
  std::vector<std::pair<std::string, Json>> events;
  std::vector<Json> told;

  bool is_wanted() const override { return wanted; }
  bool is_stopping() const override { return stopping; }
  api::processes::MemoryShare& memory_share() override { return memory; }
  void wait_for_an_end(std::chrono::milliseconds) override {}
  void runs_on(const std::string& name) override { device = name; }
  std::optional<Error> append(std::string_view name, const Json& event) override {
    if (disk_full) return Error{ErrorCode::unavailable, "full", {}};
    events.emplace_back(name, event);
    if (name == ended_by) wanted = false;
    return std::nullopt;
  }
  void progressed(const Json& progress) override { told.push_back(progress); }
};

// One run of a script, with what it leaves in its folder.
class Run {
 public:
  explicit Run(const std::string& script) : trainer_(script) {
    job.id = new_job_id();
    job.request.spec = advisor::json::SharedJson(Json{{"temperature", 0.1}});
    job.request.mode = "encoder";
    job.request.device = "auto";
    auto opened = DataFolder::open(trainer_.data());
    REQUIRE(opened);
    folder_ = std::move(opened).value();
    settings.end_grace = std::chrono::milliseconds{500};
  }

  RunOutcome run() {
    REQUIRE_FALSE(folder_->keep(job));
    return RunningJob(job, "cpu", datasets, settings, *folder_, host).run();
  }

  std::string text(const char* name) const { return folder_->read(job.id, name).value_or("absent"); }
  Json json(const char* name) const { return Json::parse(text(name), nullptr, false); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, event] : host.events) names.push_back(name);
    return names;
  }

  Job job;
  Datasets datasets;
  JobSettings settings;
  RecordingHost host;

 private:
  StandInTrainer trainer_;
  std::unique_ptr<DataFolder> folder_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the child gets the spec as a file and on its stdin, completed by what only the server knows") {
  Run run(std::string("cat > stdin.json; echo \"$*\" > arguments; ") + kFinish);
  REQUIRE_FALSE(run.datasets.add("mine=csv:/etc/hostname"));
  run.job.request.dataset = "mine";
  CHECK(run.run().state == JobState::finished);
  const Json wanted{{"temperature", 0.1},
                    {"dataset", {{"kind", "csv"}, {"path", "/etc/hostname"}}},
                    {"output_directory", "output"},
                    {"device", "cpu"}};
  CHECK(run.json("stdin.json") == wanted);
  CHECK(run.json("spec.json") == wanted);
  CHECK(run.text("arguments") == "spec.json --no-progress\n");
}

TEST_CASE("a launcher stands before the trainer, and the device is then the request's") {
  Run run(std::string("echo \"$LAUNCHED $*\" > arguments; ") + kFinish);
  run.settings.launcher = "env LAUNCHED={id}";
  run.job.request.device = "cuda";
  CHECK(run.run().state == JobState::finished);
  CHECK(run.text("arguments") == run.job.id + " spec.json --no-progress\n");
  CHECK(run.json("spec.json").at("device") == "cuda");
}

TEST_CASE("a job that was begun before resumes from its checkpoints, where there are any") {
  Run fresh(kFinish);
  fresh.job.resumed = 1;
  fresh.run();
  CHECK_FALSE(fresh.json("spec.json").contains("resume_from"));
  const std::string checkpoint = "mkdir -p output/checkpoints; touch output/checkpoints/step_5.safetensors; ";
  Run twice(checkpoint + kFinish);
  twice.job.resumed = 1;
  twice.run();
  twice.run();
  CHECK(twice.json("spec.json").at("resume_from") == "output/checkpoints");
}

TEST_CASE("an event is known by its field, wherever that stands in the line") {
  Run run(std::string(R"(echo '{"device":"cuda:3","time_s":0,"event":"started"}'
echo '{"time_s":0.5,"step":7,"event":"progress"}'
echo '{"step":7,"path":"/secret/place","event":"checkpoint"}')") +
          "\n" + kFinish);
  const RunOutcome outcome = run.run();
  CHECK(outcome.state == JobState::finished);
  CHECK(run.names() == Names{"started", "progress", "checkpoint"});
  CHECK(run.host.device == "cuda:3");
  CHECK(run.host.events[1].second.at("step") == 7);
  CHECK_FALSE(run.host.events[2].second.contains("path"));  // means something on the server's disk only
  REQUIRE(run.host.told.size() == 1);
  CHECK(run.host.told[0].at("step") == 7);
}

TEST_CASE("of much progress the first and the last are kept") {
  Run run(std::string("for step in $(seq 1 200); do echo '{\"event\":\"progress\",\"step\":'$step'}'; done; ") +
          kFinish);
  run.run();
  REQUIRE(run.host.events.size() >= 2);
  CHECK(run.host.events.size() < 200);
  CHECK(run.host.events.front().second.at("step") == 1);
  CHECK(run.host.events.back().second.at("step") == 200);
}

TEST_CASE("the report is kept and given back without what only the server's disk means") {
  Run run(R"(echo '{"event":"finished","report":{"verdict":"refuted","measured":{"loss_value":1},
"spec":{"output_directory":"output","resume_from":"x","dataset":{"kind":"csv","path":"/a","test_path":"/b"}}}}' | tr -d '\n'; echo)");
  const RunOutcome outcome = run.run();
  CHECK(outcome.state == JobState::finished);
  CHECK(outcome.verdict == "refuted");
  CHECK_FALSE(outcome.error);
  CHECK(outcome.report.get() == Json::parse(R"({"verdict":"refuted","measured":{"loss_value":1},
                                               "spec":{"dataset":{"kind":"csv"}}})"));
  CHECK(run.json("report.json") == outcome.report.get());
}

TEST_CASE("a child that fails says why, with the data set's name in place of its path") {
  Run run(R"(echo '{"event":"failed","error":{"code":"invalid_argument","message":"/etc/hostname is bad",
"fields":[{"path":"/dataset/path","message":"line 1 of /etc/hostname"}]}}' | tr -d '\n'; exit 2)");
  REQUIRE_FALSE(run.datasets.add("mine=csv:/etc/hostname"));
  run.job.request.dataset = "mine";
  const RunOutcome outcome = run.run();
  CHECK(outcome.state == JobState::failed);
  REQUIRE(outcome.error);
  CHECK(outcome.error->code == ErrorCode::invalid_argument);
  CHECK(outcome.error->message == "mine is bad");
  REQUIRE(outcome.error->fields.size() == 1);
  CHECK(outcome.error->fields[0].message == "line 1 of mine");
}

TEST_CASE("every other end has a reason of its own") {
  const auto reason = [](const std::string& script) {
    const RunOutcome outcome = Run(script).run();
    CHECK(outcome.state == JobState::failed);
    return outcome.error ? outcome.error->message : std::string();
  };
  const auto has = [](const std::string& text, const char* words) { return text.find(words) != std::string::npos; };
  CHECK(has(reason("exit 0"), "without a report"));
  CHECK(has(reason("exit 2"), "the spec or a flag was wrong"));
  CHECK(has(reason("exit 3"), "told to stop by someone else"));
  CHECK(has(reason("exit 77"), "code 77"));
  CHECK(has(reason("kill -SEGV $$"), "signal 11"));
  CHECK(has(reason("echo hello"), "no event"));
  CHECK(has(reason("echo '{\"event\":\"dance\"}'"), "no event"));
  CHECK(has(reason("echo '{\"progress\":\"event\"}'"), "no event"));
}

TEST_CASE("a job that nobody wants any more is cancelled, and what was known is kept") {
  Run run(R"(trap 'echo "{\"event\":\"finished\",\"report\":{\"verdict\":\"inconclusive\"}}"; exit 3' TERM
echo '{"event":"started"}'; while :; do sleep 0.02; done)");
  run.host.ended_by = "started";
  const RunOutcome outcome = run.run();
  CHECK(outcome.state == JobState::cancelled);
  CHECK(outcome.verdict == "inconclusive");
  CHECK_FALSE(outcome.error);
}

TEST_CASE("a job that the server's end cut off has no state: the next server takes it up") {
  Run run("while :; do sleep 0.02; done");
  run.host.stopping = true;
  CHECK_FALSE(run.run().state);
  Run done(kFinish);
  done.host.stopping = true;  // too late to matter, where the child was faster
  const RunOutcome outcome = done.run();
  CHECK((!outcome.state || outcome.state == JobState::finished));
}

TEST_CASE("events that cannot be kept end the job") {
  Run run("echo '{\"event\":\"started\"}'; while :; do sleep 0.02; done");
  run.host.disk_full = true;
  const RunOutcome outcome = run.run();
  CHECK(outcome.state == JobState::failed);
  CHECK(outcome.error->message.find("is the disk full") != std::string::npos);
}

TEST_CASE("a data set that is registered no longer, or no trainer, is a failure that says so") {
  Run gone(kFinish);
  gone.job.request.dataset = "gone";
  const RunOutcome outcome = gone.run();
  CHECK(outcome.state == JobState::failed);
  CHECK(outcome.log_detail.find("registered no longer") != std::string::npos);
}
