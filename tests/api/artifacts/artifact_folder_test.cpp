#include "api/artifacts/artifact_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "api/artifacts/study_artifacts.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::artifacts;
namespace fs = std::filesystem;

namespace {

struct TemporaryFolder {
  TemporaryFolder() : path(fs::temp_directory_path() / "ssem_artifact_folder_test") { fs::remove_all(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
  fs::path path;
};

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("an artifact is kept under its id, replaced, found and removed") {
  const TemporaryFolder temporary;
  const auto folder = ArtifactFolder::open((temporary.path / "made").string(), 100).value();
  CHECK_FALSE(folder->find("a-1"));
  REQUIRE_FALSE(folder->write("a-1", "first"));
  REQUIRE_FALSE(folder->write("a-1", "second"));
  CHECK(text_of(*folder->find("a-1")) == "second");
  CHECK(folder->remove("a-1"));
  CHECK_FALSE(folder->remove("a-1"));
  CHECK_FALSE(folder->find("a-1"));
}

TEST_CASE("all artifacts together have an end, that of an earlier process included") {
  const TemporaryFolder temporary;
  const std::string path = temporary.path.string();
  REQUIRE_FALSE(ArtifactFolder::open(path, 100).value()->write("old", std::string(60, 'x')));
  const auto folder = ArtifactFolder::open(path, 100).value();
  CHECK_FALSE(folder->write("new", std::string(40, 'x')));
  const auto full = folder->write("more", "x");
  REQUIRE(full);
  CHECK(full->code == ErrorCode::unprocessable);
  CHECK_FALSE(folder->find("more"));
  CHECK_FALSE(folder->write("old", std::string(59, 'y')));  // in its own place
  CHECK(folder->remove("new"));
  CHECK_FALSE(folder->write("more", std::string(41, 'x')));
}

TEST_CASE("what could be a path is no id, and what is no plain file is no artifact") {
  for (const char* id : {"", ".", "..", "a/b", "a.b", "a b", "\xC3\xA9"}) CHECK_FALSE(is_artifact_id(id));
  CHECK_FALSE(is_artifact_id(std::string(129, 'a')));
  CHECK(is_artifact_id("0b5f2d6e-0000-4000-8000-000000000000"));
  const TemporaryFolder temporary;
  const auto folder = ArtifactFolder::open(temporary.path.string(), 100).value();
  fs::create_directory(temporary.path / "folder");
  fs::create_symlink("/etc/passwd", temporary.path / "link");
  for (const char* id : {"folder", "link"}) {
    CHECK_FALSE(folder->find(id));
    CHECK_FALSE(folder->remove(id));
  }
  CHECK_FALSE(ArtifactFolder::open("/proc/no such folder", 100));
}

TEST_CASE("an artifact is found where its attribute says whose it is") {
  studies::Study study;
  studies::Trial trial;
  trial.trial_id = 7;
  const ArtifactMeta meta{"id-1", "plot \"1\".png", "image/png", std::nullopt};
  CHECK_FALSE(find_artifact(study, &trial, "id-1"));
  trial.system_attributes.push_back(attribute_of(meta));
  REQUIRE(find_artifact(study, &trial, "id-1"));
  CHECK(find_artifact(study, &trial, "id-1")->filename == meta.filename);
  CHECK_FALSE(find_artifact(study, nullptr, "id-1"));
  study.system_attributes.push_back({older_key(7, "id-2"), attribute_of(meta).value_json});
  CHECK(find_artifact(study, &trial, "id-2"));
  study.system_attributes.push_back({key_of("id-3"), "\"null\""});  // deleted
  CHECK_FALSE(find_artifact(study, nullptr, "id-3"));
}
