// What a server may delete: only what it made. Everything else in and around its folder stays.
#include "api/jobs/data_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/jobs/job.h"

using namespace ssem;
using namespace ssem::api::jobs;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "ssem-data-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const fs::path& name) const { return path_ / name; }

 private:
  fs::path path_;
};

void put(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Names below a folder, links not followed.
std::vector<std::string> all_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    names.push_back(fs::relative(entry.path().parent_path(), folder) / entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Job job_named(const std::string& id) {
  Job job;
  job.id = id;
  job.request.spec = advisor::json::SharedJson(nlohmann::ordered_json{{"mode", "embeddings"}});
  job.request.device = "cpu";
  job.created_at = api::studies::now();
  return job;
}

constexpr const char* kId = "v-0123456789abcdef";

// As servers before the marker left it.
void make_older(const fs::path& path) {
  put(path / "lock", "");
  fs::create_directories(path / "scratch");
  put(path / "validations" / kId / "job.json", to_text(job_named(kId)));
}

std::vector<std::string> ids_in(const DataFolder& data) {
  std::vector<std::string> unreadable;
  std::vector<std::string> ids;
  for (const Job& job : data.jobs(unreadable)) ids.push_back(job.id);
  for (const std::string& name : unreadable) ids.push_back("unreadable " + name);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a folder that somebody else filled is refused by name and left as it is") {
  const Folder folder;
  const fs::path home = folder / "home";
  const auto fill = [&](const std::string& what) {
    fs::remove_all(home);
    if (what == "thesis") put(home / "scratch" / "thesis" / "results.csv", "a,b\n");
    if (what == "notes") put(home / "notes.txt", "mine");
    if (what == "lock and work") {
      put(home / "lock", "");
      put(home / "validations" / "round 1" / "results.csv", "a,b\n");
    }
    if (what == "older with more") {
      make_older(home);
      put(home / "thesis.tex", "mine");
    }
    if (what == "link as the marker") {
      put(folder / "elsewhere", "mine");
      fs::create_directories(home);
      fs::create_symlink(folder / "elsewhere", home / ".ssem-data-folder");
    }
    if (what == "validations elsewhere") {
      make_older(home);
      fs::rename(home / "validations", folder / "far");
      fs::create_directory_symlink(folder / "far", home / "validations");
    }
  };
  for (const char* what :
       {"thesis", "notes", "lock and work", "older with more", "link as the marker", "validations elsewhere"}) {
    CAPTURE(what);
    fill(what);
    const auto before = all_in(folder / "");
    const auto refused = DataFolder::refusal(home);
    REQUIRE(refused);
    CHECK(refused->message.find(home.string()) != std::string::npos);
    CHECK(refused->message.find("name ") != std::string::npos);
    CHECK_FALSE(DataFolder::open(home));
    CHECK(all_in(folder / "") == before);
  }
}

TEST_CASE("a file is no data folder") {
  const Folder folder;
  put(folder / "file", "mine");
  const auto refused = DataFolder::refusal(folder / "file");
  REQUIRE(refused);
  CHECK(refused->message.find("no folder") != std::string::npos);
  CHECK_FALSE(DataFolder::open(folder / "file"));
  CHECK(text_of(folder / "file") == "mine");
}

TEST_CASE("an absent and an empty folder are made ours, and are so the next time, whatever was put there since") {
  const Folder folder;
  fs::create_directories(folder / "empty");
  fs::create_directories(folder / "fresh disk" / "lost+found");
  for (const char* name : {"absent/deep", "empty", "fresh disk"}) {
    CAPTURE(name);
    CHECK_FALSE(DataFolder::refusal(folder / name));
    REQUIRE(DataFolder::open(folder / name));
    put(folder / name / "scratch" / "thesis" / "results.csv", "a,b\n");
    put(folder / name / ".ssem-scratch-mine" / "results.csv", "a,b\n");
    REQUIRE(DataFolder::open(folder / name));
    CHECK(text_of(folder / name / "scratch" / "thesis" / "results.csv") == "a,b\n");
    CHECK(text_of(folder / name / ".ssem-scratch-mine" / "results.csv") == "a,b\n");
  }
}

TEST_CASE("a database that the server keeps beside its jobs is no reason to refuse, other files are") {
  const Folder folder;
  put(folder / "data" / "ssem.db", std::string("SQLite format 3\0 and more", 25));
  put(folder / "data" / "ssem.db-wal", "anything");
  CHECK_FALSE(DataFolder::refusal(folder / "data"));
  put(folder / "data" / "other.db-wal", "anything");
  CHECK(DataFolder::refusal(folder / "data"));
  fs::remove(folder / "data" / "other.db-wal");
  put(folder / "data" / "results.db", "no database");
  CHECK(DataFolder::refusal(folder / "data"));
}

TEST_CASE("a folder of an older server is opened with its jobs, and its scratch is left alone") {
  const Folder folder;
  const fs::path path = folder / "data";
  make_older(path);
  put(path / "scratch" / "thesis" / "results.csv", "a,b\n");
  for (int start = 0; start < 2; ++start) {
    const auto data = DataFolder::open(path);
    REQUIRE(data);
    CHECK(ids_in(*data.value()) == Ids{kId});
    CHECK(text_of(path / "scratch" / "thesis" / "results.csv") == "a,b\n");
    CHECK(fs::exists(path / ".ssem-data-folder"));
  }
}

TEST_CASE("a link named scratch stays a link, and what it leads to stays too") {
  const Folder folder;
  put(folder / "far" / "results.csv", "a,b\n");
  REQUIRE(DataFolder::open(folder / "data"));
  fs::create_directory_symlink(folder / "far", folder / "data" / "scratch");
  REQUIRE(DataFolder::open(folder / "data"));
  CHECK(fs::is_symlink(folder / "data" / "scratch"));
  CHECK(text_of(folder / "far" / "results.csv") == "a,b\n");
}

TEST_CASE("short-lived files lie in a new folder each time, gone with its owner or with the next one after a kill") {
  const Folder folder;
  const fs::path path = folder / "data";
  fs::path first;
  {
    const auto data = DataFolder::open(path);
    REQUIRE(data);
    first = data.value()->scratch();
    CHECK(first.parent_path() == path);
    put(first / "audit" / "spec.json", "{}");
  }
  CHECK_FALSE(fs::exists(first));
  put(first / "audit" / "spec.json", "{}");  // as a killed server leaves it
  {
    const auto data = DataFolder::open(path);
    REQUIRE(data);
    CHECK_FALSE(fs::exists(first));
    first = data.value()->scratch();
  }
  // What the marker names may have become somebody else's link meanwhile.
  put(folder / "far" / "results.csv", "a,b\n");
  fs::create_directory_symlink(folder / "far", first);
  {
    const auto data = DataFolder::open(path);
    REQUIRE(data);
    CHECK(data.value()->scratch() != first);
    CHECK(fs::is_symlink(first));
  }
  CHECK(text_of(folder / "far" / "results.csv") == "a,b\n");
}

TEST_CASE("a folder keeps its id over servers, and no other folder has it") {
  const Folder folder;
  std::string id;
  {
    const auto data = DataFolder::open(folder / "data");
    REQUIRE(data);
    id = data.value()->id();
  }
  CHECK_FALSE(id.empty());
  const auto again = DataFolder::open(folder / "data");
  const auto other = DataFolder::open(folder / "other");
  REQUIRE(again);
  REQUIRE(other);
  CHECK(again.value()->id() == id);
  CHECK(other.value()->id() != id);
}

TEST_CASE("a job's folder that is a link is no job: not read, not written, not removed") {
  const Folder folder;
  const auto opened = DataFolder::open(folder / "data");
  REQUIRE(opened);
  const DataFolder& data = *opened.value();
  put(folder / "far" / "job.json", to_text(job_named(kId)));
  put(folder / "far" / "results.csv", "a,b\n");
  fs::create_directory_symlink(folder / "far", data.folder_of(kId));
  CHECK(ids_in(data) == Ids{std::string("unreadable ") + kId});
  const std::string before = text_of(folder / "far" / "job.json");
  CHECK(data.keep(job_named(kId)));
  CHECK(data.write(kId, "report.json", "{}"));
  data.remove(kId);
  CHECK(fs::is_symlink(data.folder_of(kId)));
  CHECK(text_of(folder / "far" / "job.json") == before);
  CHECK(text_of(folder / "far" / "results.csv") == "a,b\n");
  CHECK_FALSE(fs::exists(folder / "far" / "report.json"));
}

TEST_CASE("removing a job removes its links and not what they lead to") {
  const Folder folder;
  const auto opened = DataFolder::open(folder / "data");
  REQUIRE(opened);
  const DataFolder& data = *opened.value();
  REQUIRE_FALSE(data.keep(job_named(kId)));
  put(folder / "far" / "results.csv", "a,b\n");
  fs::create_directory_symlink(folder / "far", data.output_of(kId));
  data.remove(kId);
  CHECK_FALSE(fs::exists(data.folder_of(kId)));
  CHECK(text_of(folder / "far" / "results.csv") == "a,b\n");
}

TEST_CASE("a folder with a job's name that no server made is neither taken over nor removed") {
  const Folder folder;
  const auto opened = DataFolder::open(folder / "data");
  REQUIRE(opened);
  const DataFolder& data = *opened.value();
  put(data.folder_of(kId) / "results.csv", "a,b\n");
  CHECK(data.keep(job_named(kId)));
  data.remove(kId);
  CHECK(text_of(data.folder_of(kId) / "results.csv") == "a,b\n");
}

TEST_CASE("a data folder belongs to one server, keeps jobs, and names what is none") {
  const Folder folder;
  const fs::path path = folder / "new/data";
  auto first = DataFolder::open(path);
  REQUIRE(first);
  const auto second = DataFolder::open(path);
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("another ssem serve") != std::string::npos);
  const DataFolder& data = *first.value();
  const Job job = job_named(kId);
  CHECK_FALSE(data.keep(job));
  fs::create_directories(path / "validations" / "odd");
  std::vector<std::string> unreadable;
  const auto jobs = data.jobs(unreadable);
  REQUIRE(jobs.size() == 1);
  CHECK(to_text(jobs.front()) == to_text(job));
  CHECK(unreadable == std::vector<std::string>{"odd"});
  data.remove(job.id);
  CHECK_FALSE(fs::exists(data.folder_of(job.id)));
  CHECK_FALSE(DataFolder::open("/dev/null/data"));
}

TEST_CASE("a temporary data folder is gone with its owner") {
  fs::path path;
  {
    const auto folder = DataFolder::open_temporary();
    REQUIRE(folder);
    path = folder.value()->scratch();
    CHECK(fs::exists(path));
  }
  CHECK_FALSE(fs::exists(path.parent_path()));
}
