#include "api/jobs/data_folder.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/trainer/files/temporary_folder.h"

using namespace ssem;
using namespace ssem::api::jobs;
using trainer::TemporaryFolder;

namespace {

Job example() {
  Job job;
  job.id = new_job_id();
  job.created_at = api::studies::now();
  return job;
}

}  // namespace

TEST_CASE("a data folder belongs to one server, keeps jobs, and names what is none") {
  const TemporaryFolder folder;
  const auto path = std::filesystem::path(folder.file("new/data"));
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
