#include "api/jobs/job.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

using namespace ssem;
using namespace ssem::api::jobs;
using Json = nlohmann::ordered_json;
using advisor::json::SharedJson;

namespace {

Job example() {
  Job job;
  job.id = new_job_id();
  job.request.spec = SharedJson(Json::parse(
      R"({"problem":{"classes":4,"batch_size":20},"loss_weight":0.5,"temperature":0.1,"mode":"encoder","seed":3})"));
  job.request.mode = "encoder";
  job.request.dataset = "mine";
  job.request.device = "cuda:1";
  job.request.trial_id = 7;
  job.request.objective = Objective{{"loss_value"}, 0.3};
  job.created_at = api::studies::now();
  return job;
}

}  // namespace

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
  CHECK(read.value().request.objective->names == std::vector<std::string>{"loss_value"});
  CHECK(read.value().request.point->problem.classes == 4);
  CHECK(read.value().error->fields.front().path == "/model/kind");
  for (std::size_t length = 0; length < text.size(); length += 3) CHECK_FALSE(job_from(text.substr(0, length)));
  Json later = Json::parse(text);
  later["version"] = 2;
  CHECK_FALSE(job_from(later.dump()));
}

TEST_CASE("a job whose objective was kept as text, as servers of before did, is read") {
  Json kept = Json::parse(to_text(example()));
  kept["objective"] = kept["objective"].dump();
  const auto read = job_from(kept.dump());
  REQUIRE(read);
  CHECK(read.value().request.objective->names == std::vector<std::string>{"loss_value"});
  CHECK(read.value().request.objective->target == 0.3);
  kept["objective"] = "";
  CHECK_FALSE(job_from(kept.dump()).value().request.objective);
}
