// What a server leaves in its data folder that was killed in the middle of a write.
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include "api/jobs/abandoned_folders.h"
#include "api/jobs/data_folder.h"
#include "api/jobs/folder_claim.h"
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

TEST_CASE("a folder of a job that was never kept is cleared away; anything else in its place stays") {
  const trainer::TemporaryFolder place;
  const auto folder = DataFolder::open(place.file("data"));
  REQUIRE(folder);
  const std::filesystem::path validations = place.file("data/validations");
  const std::string half_made = new_job_id();
  place.write("data/validations/" + half_made + "/job.json.part.123", "{");
  const std::string empty = new_job_id();
  std::filesystem::create_directory(validations / empty);
  const std::string with_results = new_job_id();
  const std::string result = place.write("data/validations/" + with_results + "/output/mine.npz", "kept");
  const std::string whole = new_job_id();
  place.write("data/validations/" + whole + "/job.json", "{}");
  const std::string named_otherwise = place.write("data/validations/notes/job.json.part.1", "kept");
  const std::string linked = new_job_id();
  const std::string elsewhere = place.write("elsewhere/job.json.part.1", "kept");
  std::filesystem::create_directory_symlink(place.file("elsewhere"), validations / linked);

  CHECK(folder.value()->remove_half_made(half_made));
  CHECK_FALSE(std::filesystem::exists(validations / half_made));
  CHECK(folder.value()->remove_half_made(empty));
  for (const std::string& id : {with_results, whole, std::string("notes"), linked}) {
    CAPTURE(id);
    CHECK_FALSE(folder.value()->remove_half_made(id));
  }
  for (const std::string& file : {result, named_otherwise, elsewhere}) CHECK(std::filesystem::exists(file));
}

TEST_CASE("a killed server's temporary folder is removed; one in use, one without a mark and a link are not") {
  const trainer::TemporaryFolder place;
  const std::filesystem::path parent = place.file("");
  const auto make = [&](const std::string& name) {
    place.write(name + "/validations/v/job.json", "{}");
    REQUIRE_FALSE(mark_as_ours(parent / name));
    return parent / name;
  };
  const auto abandoned = make("ssem-AAAAAA");
  const auto used = make("ssem-BBBBBB");
  const auto lock = FolderLock::take(used);
  REQUIRE(lock);
  const auto named_otherwise = make("ssem-of-mine");
  place.write("ssem-CCCCCC/thesis.txt", "kept");
  const auto target = make("target");
  std::filesystem::create_directory_symlink(target, parent / "ssem-DDDDDD");

  remove_abandoned_folders(parent);
  CHECK_FALSE(std::filesystem::exists(abandoned));
  for (const auto& stays : {used, named_otherwise, parent / "ssem-CCCCCC/thesis.txt", target / "validations"}) {
    CAPTURE(stays.string());
    CHECK(std::filesystem::exists(stays));
  }
}

TEST_CASE("the lock of a server that is going is waited for, and not for longer than patience lasts") {
  using std::chrono::milliseconds;
  const trainer::TemporaryFolder place;
  auto held = std::make_optional(FolderLock::take(place.file("")));
  REQUIRE(*held);
  CHECK_FALSE(FolderLock::take(place.file("")));
  CHECK_FALSE(FolderLock::take(place.file(""), milliseconds(30)));
  std::thread going([&] {
    std::this_thread::sleep_for(milliseconds(50));
    held.reset();
  });
  CHECK(FolderLock::take(place.file(""), milliseconds(20'000)));
  going.join();
}

}  // namespace ssem::api::jobs
