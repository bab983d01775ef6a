// What a server leaves in its data folder that was killed in the middle of a write.
#include <doctest/doctest.h>

#include <filesystem>

#include "api/jobs/data_folder.h"
#include "api/jobs/job.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::api::jobs {

TEST_CASE("a job that was being kept when the server was killed can be kept by the next one") {
  const trainer::TemporaryFolder place;
  const auto folder = DataFolder::open(place.file("data"));
  REQUIRE(folder);
  Job job;
  job.id = new_job_id();
  const std::string left = place.write("data/validations/" + job.id + "/job.json.part.123", "{");
  CHECK_FALSE(folder.value()->keep(job));
  CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("what no server left keeps a job out of its folder, and stays") {
  const trainer::TemporaryFolder place;
  const auto folder = DataFolder::open(place.file("data"));
  REQUIRE(folder);
  Job job;
  job.id = new_job_id();
  const std::string left = place.write("data/validations/" + job.id + "/job.json.part.123", "{");
  const std::string other = place.write("data/validations/" + job.id + "/mine.txt", "kept");
  CHECK(folder.value()->keep(job));
  CHECK(std::filesystem::exists(left));
  CHECK(std::filesystem::exists(other));
}

}  // namespace ssem::api::jobs
