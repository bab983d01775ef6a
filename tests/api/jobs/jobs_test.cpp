#include <doctest/doctest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "api/files/atomic_file.h"
#include "api/jobs/child_process.h"
#include "api/jobs/data_folder.h"
#include "api/jobs/datasets.h"
#include "api/jobs/device_slots.h"
#include "api/jobs/event_log.h"
#include "api/jobs/job.h"
#include "api/jobs/launcher.h"
#include "api/jobs/supervised_run.h"
#include "api/jobs/validation_jobs.h"
#include "api/jobs/validation_request.h"

using namespace ssem;
using namespace ssem::api::jobs;
using Json = nlohmann::ordered_json;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "ssem-jobs-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

RunEnd run(
    const std::string& script, const RunLimits& limits = {}, std::vector<std::string>* lines = nullptr,
    const std::function<bool()>& should_end = [] { return false; }) {
  const RunWatch watch{[&](std::string_view line) {
                         if (lines != nullptr) lines->emplace_back(line);
                         return line != "bad";
                       },
                       should_end, [] { return false; }};
  const auto end = run_supervised({{"/bin/sh", "-c", script}, "", "v-0000000000000001", "/dev/null"}, limits, watch);
  REQUIRE(end);
  return end.value();
}

Job example() {
  Job job;
  job.id = new_job_id();
  job.request = {R"({"temperature":0.1})", "encoder", "mine", "cuda:1", 7, R"({"names":["loss_value"]})"};
  job.created_at = api::studies::now();
  return job;
}

}  // namespace

TEST_CASE("a launcher is split as a shell splits it, and nothing is expanded") {
  const auto words = [](const char* text) { return split_words(text).value(); };
  using Words = std::vector<std::string>;
  CHECK(words("") == Words{});
  CHECK(words("  srun  --gres=gpu:1 ") == Words{"srun", "--gres=gpu:1"});
  CHECK(words("a 'b c' \"d e\"f '' \\ g") == Words{"a", "b c", "d ef", "", " g"});
  CHECK(words("echo $HOME `x` * ~") == Words{"echo", "$HOME", "`x`", "*", "~"});
  CHECK_FALSE(split_words("a 'b"));
  CHECK(filled_in({"--job={id}", "{folder}/x", "{folder}{folder}"}, "v-1", "/d") == Words{"--job=v-1", "/d/x", "/d/d"});
}

TEST_CASE("ids are sane, different, and the same for the same key") {
  std::set<std::string> ids;
  for (int k = 0; k < 1000; ++k) ids.insert(new_job_id());
  CHECK(ids.size() == 1000);
  for (const std::string& id : ids) CHECK(is_job_id(id));
  CHECK(job_id_of("00112233445566778899aabbccddeeff") == "v-0011223344556677");
  CHECK(is_job_id(job_id_of("0011223344556677")));
  for (const char* text :
       {"", "v-", "v-00000000000000g0", "../../etc/passwd", "v-0000000000000000/", "V-0000000000000000"}) {
    CHECK_FALSE(is_job_id(text));
  }
}

TEST_CASE("a job reads back as it was written, and broken text is refused") {
  Job job = example();
  job.state = JobState::failed;
  job.error = Error{ErrorCode::invalid_argument, "no", {{"/model/kind", "is odd"}}};
  job.finished_at = api::studies::now();
  job.resumed = 2;
  const std::string text = to_text(job);
  const auto read = job_from(text);
  REQUIRE(read);
  CHECK(to_text(read.value()) == text);
  CHECK(read.value().request.trial_id == 7);
  CHECK(read.value().error->fields.front().path == "/model/kind");
  for (std::size_t length = 0; length < text.size(); length += 3) CHECK_FALSE(job_from(text.substr(0, length)));
  Json later = Json::parse(text);
  later["version"] = 2;
  CHECK_FALSE(job_from(later.dump()));
}

TEST_CASE("events keep their numbers, and a line cut short by a crash is dropped") {
  const Folder folder;
  const auto path = folder.path() / "events.jsonl";
  {
    EventLog log(path);
    CHECK(log.last_number() == 0);
    for (const char* text : {"{\"a\":1}", "{\"b\":22}", "{\"c\":333}"}) CHECK_FALSE(log.append(text));
  }
  std::ofstream(path, std::ios::app) << "{\"cut";
  EventLog log(path);
  CHECK(log.last_number() == 3);
  CHECK_FALSE(log.append("{\"d\":4}"));
  const auto events = log.after(1, 10);
  REQUIRE(events.size() == 3);
  CHECK(events[0].number == 2);
  CHECK(events[0].json == "{\"b\":22}");
  CHECK(events[2].json == "{\"d\":4}");
  CHECK(log.after(2, 1).size() == 1);
  CHECK(log.after(4, 10).empty());
  CHECK(EventLog(folder.path() / "absent" / "events.jsonl").append("{}"));
}

TEST_CASE("a data folder belongs to one server, keeps jobs, and names what is none") {
  const Folder folder;
  const auto path = folder.path() / "new" / "data";
  auto first = DataFolder::open(path);
  REQUIRE(first);
  const auto second = DataFolder::open(path);
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("another ssem serve") != std::string::npos);
  const DataFolder& data = *first.value();
  const Job job = example();
  CHECK_FALSE(data.keep(job));
  std::filesystem::create_directories(path / "validations" / "odd");
  std::vector<std::string> unreadable;
  const auto jobs = data.jobs(unreadable);
  REQUIRE(jobs.size() == 1);
  CHECK(to_text(jobs.front()) == to_text(job));
  CHECK(unreadable == std::vector<std::string>{"odd"});
  data.remove(job.id);
  CHECK_FALSE(std::filesystem::exists(data.folder_of(job.id)));
  CHECK_FALSE(DataFolder::open("/dev/null/data"));
}

TEST_CASE("a temporary data folder is gone with its owner") {
  std::filesystem::path path;
  {
    const auto folder = DataFolder::open_temporary();
    REQUIRE(folder);
    path = folder.value()->scratch();
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path.parent_path()));
}

TEST_CASE("a file that cannot be written whole is left as it was") {
  const Folder folder;
  const auto path = folder.path() / "x";
  CHECK_FALSE(write_whole(path, "old"));
  std::filesystem::create_directory(folder.path() / "x.part");
  CHECK(write_whole(path, "new"));
  std::string text;
  std::ifstream(path) >> text;
  CHECK(text == "old");
}

TEST_CASE("lines come whole, the last without its end too, and the status is the child's") {
  std::vector<std::string> lines;
  const RunEnd end = run("printf 'one\\ntwo\\n\\nlast'; echo oops >&2; exit 7", {}, &lines);
  CHECK(lines == std::vector<std::string>{"one", "two", "", "last"});
  CHECK(end.by == EndedBy::itself);
  CHECK(WEXITSTATUS(end.status) == 7);
  CHECK(end.last_words == "oops\n");
}

TEST_CASE("limits of time and line length, bad lines and requests end a child") {
  RunLimits limits;
  limits.time = std::chrono::milliseconds{200};
  limits.end_grace = std::chrono::milliseconds{300};
  CHECK(run("sleep 60", limits).by == EndedBy::time_limit);
  CHECK(run("trap '' TERM; while :; do sleep 0.05; done", limits).by == EndedBy::time_limit);  // killed
  limits = {};
  limits.max_line_bytes = 1000;
  CHECK(run("yes | tr -d '\\n'", limits).by == EndedBy::bad_line);
  CHECK(run("echo good; echo bad; sleep 60").by == EndedBy::bad_line);
  CHECK(run("sleep 60", {}, nullptr, [] { return true; }).by == EndedBy::request);
}

TEST_CASE("nothing of a child's session is left when its run returns") {
  std::vector<std::string> lines;
  const auto begin = std::chrono::steady_clock::now();
  run("sleep 61 & echo $!; exit 0", {}, &lines);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
  REQUIRE(lines.size() == 1);
  CHECK(::kill(static_cast<pid_t>(std::atoi(lines.front().c_str())), 0) != 0);
}

TEST_CASE("a program that is not there is an error and no child") {
  const RunWatch watch{[](std::string_view) { return true; }, [] { return false; }, [] { return false; }};
  const auto end = run_supervised({{"/surely/absent"}, "", "", "/dev/null"}, {}, watch);
  REQUIRE_FALSE(end);
  CHECK(end.error().code == ErrorCode::unavailable);
  CHECK_FALSE(run_supervised({{"/bin/true"}, "/surely/absent", "", "/dev/null"}, {}, watch));
}

TEST_CASE("processes that carry a mark are found and killed, others are not") {
  auto child = ChildProcess::start({{"/bin/sh", "-c", "sleep 60 & wait"}, "", "v-00000000000000ff", "/dev/null"});
  REQUIRE(child);
  ChildProcess process = std::move(child).value();
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  kill_marked({"v-00000000000000fe"});
  CHECK_FALSE(process.has_ended());
  std::thread reaper([&] {
    while (!process.has_ended()) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  });
  kill_marked({"v-00000000000000ff"});
  reaper.join();
  CHECK(WTERMSIG(process.status()) == SIGKILL);
}

TEST_CASE("data sets have names, and their paths never show") {
  Datasets datasets;
  CHECK(datasets.find("shapes") != nullptr);
  CHECK_FALSE(datasets.add("mine=csv:/etc/hostname"));
  CHECK(datasets.add("mine=csv:/etc/hostname"));
  for (const char* wrong : {"", "=csv:/etc/hostname", "a/b=csv:/etc/hostname", "x=csv:/absent", "x=zip:/etc/hostname",
                            "x=csv", "x={\"kind\":\"csv\",\"path\":5}", "x={", "x=[]"}) {
    CAPTURE(wrong);
    CHECK(datasets.add(wrong));
  }
  CHECK(without_paths("line 3 of /etc/hostname: bad, see /etc/hostname", *datasets.find("mine")) ==
        "line 3 of mine: bad, see mine");
}

TEST_CASE("jobs that ended too long ago are removed with their files, and a trial hears of its own once") {
  const Folder folder;
  const auto trainer = folder.path() / "ssem-train";
  std::ofstream(trainer) << "#!/bin/sh\nread -r spec\n"
                            "echo '{\"event\":\"finished\",\"report\":{\"verdict\":\"confirmed\"}}'\n";
  std::filesystem::permissions(trainer, std::filesystem::perms::owner_all);
  ::setenv("SSEM_TRAIN", trainer.c_str(), 1);
  JobSettings settings;
  settings.data_dir = (folder.path() / "data").string();
  settings.keep_for = std::chrono::hours{0};
  std::atomic<int> told{0};
  ValidationJobs jobs(settings, {}, [](const std::string&, const std::string&) {});
  jobs.start({{}, [&](const Job& job, const std::string& report, bool given_up) {
                // The first time as if the storage did not answer: it is told again.
                CHECK(job.state == JobState::finished);
                CHECK(report == R"({"verdict":"confirmed"})");
                CHECK_FALSE(given_up);
                return ++told == 2;
              }});
  JobRequest request{R"({"problem":{},"temperature":0.1})", "embeddings", "", "auto", 7, "{}"};
  const auto job = jobs.submit(request);
  REQUIRE(job);
  for (int k = 0; k < 600 && jobs.find(job.value().id); ++k) std::this_thread::sleep_for(std::chrono::milliseconds{50});
  CHECK_FALSE(jobs.find(job.value().id));
  CHECK(told == 2);
  CHECK(std::filesystem::is_empty(folder.path() / "data" / "validations"));
  jobs.stop();
  CHECK_FALSE(jobs.submit(request));
  ::unsetenv("SSEM_TRAIN");
}

TEST_CASE("each job finds a slot that suits it") {
  const auto suited = [](const char* mode, const char* device, bool has_gpu) {
    const JobRequest request{"", mode, "", device, {}, ""};
    std::string found;
    for (const std::string& slot : device_slots(1, has_gpu ? 2 : 0))
      found += suits(slot, request, has_gpu) ? slot + " " : "";
    return found;
  };
  CHECK(suited("embeddings", "auto", true) == "cpu ");
  CHECK(suited("encoder", "auto", true) == "cuda:0 cuda:1 ");
  CHECK(suited("encoder", "auto", false) == "cpu ");
  CHECK(suited("encoder", "cpu", true) == "cpu ");
  CHECK(suited("encoder", "cuda:1", true) == "cuda:1 ");
  CHECK(suited("encoder", "cuda", true) == "cuda:0 cuda:1 ");
  CHECK(suited("encoder", "cuda:7", true).empty());
  CHECK(is_device_name("cuda:12"));
  CHECK_FALSE(is_device_name("cuda:"));
}

TEST_CASE("a request becomes ssem-train's spec, and every fault is named at once") {
  const Datasets datasets;
  const Json good = Json::parse(
      R"({"problem":{"classes":4,"batch_size":20,"dimension":8},"loss_weight":0.5,"temperature":0.2,"mode":"encoder",
          "dataset":"shapes","budget":{"epochs":2.5},"seed":9,"device":"cuda"})");
  const auto read = read_validation(good, datasets);
  REQUIRE(read);
  CHECK(read.value().dataset == "shapes");
  CHECK(Json::parse(read.value().spec) ==
        Json::parse(R"({"problem":{"classes":4,"batch_size":20,"dimension":8},"loss_weight":0.5,"temperature":0.2,
                        "mode":"encoder","budget":{"epochs":2.5},"seed":9})"));
  CHECK(Json::parse(predicted_text(read.value())).at("loss_weight") == 0.5);
  const auto bad = read_validation(
      Json::parse(R"({"problem":{"classes":1},"temperature":-1,"mode":"encoder","budget":{"steps":0},"x":1})"),
      datasets);
  REQUIRE_FALSE(bad);
  std::set<std::string> paths;
  for (const FieldFault& fault : bad.error().fields) paths.insert(fault.path);
  for (const char* path : {"/problem/classes", "/temperature", "/dataset", "/budget/steps", "/x", "/loss_weight"}) {
    CAPTURE(path);
    CHECK(paths.count(path) == 1);
  }
  for (const char* text : {"[]", "3", "null", "\"x\""}) CHECK_FALSE(read_validation(Json::parse(text), datasets));
}
