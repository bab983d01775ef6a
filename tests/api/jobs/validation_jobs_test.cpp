#include "api/jobs/validation_jobs.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/api/jobs/stand_in_trainer.h"

using namespace ssem;
using namespace ssem::api::jobs;
using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

namespace {

// Runs until a file `go` lies in its folder.
constexpr const char* kWait =
    R"(echo '{"time_s":0,"event":"started"}'; echo '{"time_s":0.5,"step":3,"event":"progress"}'
while [ ! -e go ]; do sleep 0.02; done; echo '{"event":"finished","report":{"verdict":"confirmed"}}')";

JobRequest request() {
  JobRequest plain;
  plain.spec = advisor::json::SharedJson(Json{{"temperature", 0.1}});
  plain.mode = "embeddings";
  plain.device = "auto";
  return plain;
}

// True once the condition holds; false when it never does.
bool comes_true(const std::function<bool()>& condition) {
  for (int k = 0; k < 2000; ++k) {
    if (condition()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

struct Server {
  explicit Server(const StandInTrainer& trainer, JobSettings wanted = {}, JobListener listener = {})
      : data(trainer.data()), jobs(with_folder(std::move(wanted), data), {}, [](const auto&, const auto&) {}) {
    jobs.start(std::move(listener));
  }
  static JobSettings with_folder(JobSettings settings, const std::string& data) {
    settings.data_dir = data;
    settings.stop_grace = 200ms;
    return settings;
  }

  std::string submit() {
    const auto job = jobs.submit(request());
    REQUIRE(job);
    return job.value().id;
  }
  std::filesystem::path folder(const std::string& id) const { return std::filesystem::path(data) / "validations" / id; }
  void let_go(const std::string& id) const { std::ofstream(folder(id) / "go").put('\n'); }
  bool is(const std::string& id, JobState state) const {
    const auto job = jobs.find(id);
    return job && job.value().state == state;
  }
  // From the first to the last.
  std::vector<std::string> events(const std::string& id) const {
    std::vector<std::string> names;
    for (std::int64_t number = 0;;) {
      const auto page = jobs.events(id, number, 60s);
      REQUIRE(page);
      for (const NumberedEvent& event : page.value().events) names.push_back(event.name);
      number = static_cast<std::int64_t>(names.size());
      if (page.value().complete) return names;
    }
  }

  std::string data;
  ValidationJobs jobs;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("jobs wait their turn, and each copy says where in the queue it is") {
  const StandInTrainer trainer(kWait);
  Server server(trainer);
  const std::string first = server.submit();
  REQUIRE(comes_true([&] { return server.is(first, JobState::running); }));
  const std::string second = server.submit();
  const std::string third = server.submit();
  CHECK(server.jobs.find(second).value().queue_position == 1);
  CHECK(server.jobs.find(third).value().queue_position == 2);
  const std::vector<Job> listed = server.jobs.list(10);
  REQUIRE(listed.size() == 3);
  CHECK(listed[0].id == third);
  CHECK(listed[0].queue_position == 2);
  CHECK(listed[1].queue_position == 1);
  CHECK(listed[2].queue_position == 0);
  CHECK(server.jobs.list(1).at(0).queue_position == 2);
  CHECK(server.jobs.cancel(second).value().state == JobState::cancelled);
  CHECK(server.jobs.find(third).value().queue_position == 1);
  CHECK(server.events(second) == Names{"queued", "cancelled"});
  server.let_go(first);
  CHECK(server.events(first) == Names{"queued", "started", "progress", "finished"});
}

TEST_CASE("while one job's disk is slow every other job can be looked at, asked for and run") {
  const StandInTrainer trainer(kWait);
  JobSettings settings;
  settings.cpu_jobs = 2;
  Server server(trainer, settings);
  const std::string slow = server.submit();
  REQUIRE(comes_true([&] { return !server.jobs.find(slow).value().progress.is_null(); }));
  // Whoever writes the job's state from now on waits for a reader.
  const std::string pipe = (server.folder(slow) / "job.json.part.").string() + std::to_string(::getpid());
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  auto cancelling = std::async(std::launch::async, [&] { return static_cast<bool>(server.jobs.cancel(slow)); });
  REQUIRE(comes_true([&] { return server.jobs.find(slow).value().cancel_wanted; }));
  auto others = std::async(std::launch::async, [&] {
    const std::string quick = server.submit();
    if (!comes_true([&] { return server.is(quick, JobState::running); })) return false;
    server.let_go(quick);
    return server.events(quick).back() == "finished" && server.jobs.list(10).size() == 2 &&
           server.jobs.counts().queued == 0 && server.jobs.events(slow, 0, 0ms).value().events.size() >= 2 &&
           !server.jobs.remove(quick);
  });
  const bool in_time = others.wait_for(60s) == std::future_status::ready;
  CHECK(in_time);
  CHECK(cancelling.wait_for(0s) != std::future_status::ready);  // its own answer waits for its own disk
  // A pipe cannot be synced, so the write fails; the next one makes a file.
  std::string text;
  std::ifstream reader(pipe);
  std::getline(reader, text);
  CHECK(cancelling.get());
  CHECK(others.get());
  CHECK(server.events(slow).back() == "cancelled");
}

TEST_CASE("one id submitted by many at once is one job") {
  const StandInTrainer trainer(kFinish);
  Server server(trainer);
  for (int round = 0; round < 20; ++round) {
    const std::string id = new_job_id();
    std::vector<std::future<bool>> answers;
    for (int k = 0; k < 8; ++k) {
      answers.push_back(std::async(std::launch::async, [&] {
        const auto job = server.jobs.submit(request(), id);
        return job && job.value().id == id;
      }));
    }
    for (auto& answer : answers) CHECK(answer.get());
  }
  CHECK(server.jobs.list(100).size() == 20);
}

TEST_CASE("a job that has ended can be removed with its files, and its id used again") {
  const StandInTrainer trainer(kFinish);
  Server server(trainer);
  const std::string id = server.submit();
  CHECK(server.events(id) == Names{"queued", "finished"});
  CHECK(server.jobs.report(id).get() == Json{{"verdict", "confirmed"}});
  CHECK_FALSE(server.jobs.remove(id));
  CHECK_FALSE(std::filesystem::exists(server.folder(id)));
  CHECK(server.jobs.remove(id)->code == ErrorCode::not_found);
  CHECK(server.jobs.submit(request(), id).value().state == JobState::queued);
  CHECK(server.events(id) == Names{"queued", "finished"});
}

TEST_CASE("the next server shows how far a job was, and takes it up where it was cut off") {
  const StandInTrainer trainer(kWait);
  std::string ended;
  std::string cut_off;
  {
    Server server(trainer);
    ended = server.submit();
    REQUIRE(comes_true([&] { return server.is(ended, JobState::running); }));
    server.let_go(ended);
    server.events(ended);
    cut_off = server.submit();
    REQUIRE(comes_true([&] { return !server.jobs.find(cut_off).value().progress.is_null(); }));
    CHECK_FALSE(server.jobs.remove("v-0000000000000000") == std::nullopt);
    server.jobs.stop();
    CHECK_FALSE(server.jobs.submit(request()));
  }
  Server again(trainer);
  CHECK(again.jobs.find(ended).value().progress.get().at("step") == 3);
  CHECK(again.jobs.find(ended).value().verdict == "confirmed");
  REQUIRE(comes_true([&] { return again.is(cut_off, JobState::running); }));
  again.let_go(cut_off);
  CHECK(again.events(cut_off) == Names{"queued", "started", "progress", "resumed", "started", "progress", "finished"});
  CHECK(again.jobs.find(cut_off).value().resumed == 1);
}

TEST_CASE("jobs that ended too long ago are removed with their files, and a trial hears of its own once") {
  const StandInTrainer trainer(kFinish);
  JobSettings settings;
  settings.keep_for = std::chrono::hours{0};
  std::atomic<int> told{0};
  Server server(trainer, settings, {{}, [&](const Job& job, const Json& report, bool given_up) {
                                      // The first time as if the storage did not answer: it is told again.
                                      CHECK(job.state == JobState::finished);
                                      CHECK(report == Json{{"verdict", "confirmed"}});
                                      CHECK_FALSE(given_up);
                                      return ++told == 2;
                                    }});
  JobRequest measured = request();
  measured.trial_id = 7;
  const auto job = server.jobs.submit(measured);
  REQUIRE(job);
  CHECK(comes_true([&] { return !server.jobs.find(job.value().id); }));
  CHECK(told == 2);
  CHECK(comes_true([&] { return std::filesystem::is_empty(std::filesystem::path(server.data) / "validations"); }));
}

TEST_CASE("a trial's pruner ends its job by what it hears on the way") {
  const StandInTrainer trainer(kWait);
  std::atomic<bool> given_up{false};
  Server server(trainer, {},
                {[](const Job&, const Json& progress) { return progress.at("step") == 3; },
                 [&](const Job& job, const Json&, bool by_pruner) {
                   given_up = by_pruner && job.state == JobState::cancelled;
                   return true;
                 }});
  JobRequest measured = request();
  measured.trial_id = 7;
  const std::string id = server.jobs.submit(measured).value().id;
  CHECK(server.events(id) == Names{"queued", "started", "progress", "cancelled"});
  CHECK(comes_true([&] { return given_up.load(); }));
}
