#include "api/storage/storage.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/api/storage/execute_sql.h"

using ssem::api::storage::open_storage;

namespace {

// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("ssem_storage_test_" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string url(const std::string& name) const { return "sqlite:///" + file(name); }

 private:
  std::filesystem::path path_;
};

std::string fault_of(ssem::api::storage::Storage& storage) {
  const auto fault = storage.ping();
  if (!fault) return "";
  CHECK(fault->code == ssem::ErrorCode::unavailable);
  return fault->message;
}

}  // namespace

TEST_CASE("memory always answers") {
  const auto storage = open_storage("memory:");
  REQUIRE(storage);
  CHECK(storage.value()->kind() == "memory");
  CHECK_FALSE(storage.value()->ping());
}

TEST_CASE("a wrong URL is refused with the rule") {
  for (const char* url : {"", "memory", "memory:x", "sqlite", "sqlite:", "sqlite://", "sqlite:///",
                          "sqlite:///:memory:", "sqlite:///a?mode=ro", "postgresql://x/y", "file:a", "SQLITE:///a"}) {
    CAPTURE(url);
    const auto storage = open_storage(url);
    REQUIRE_FALSE(storage);
    CHECK(storage.error().code == ssem::ErrorCode::invalid_argument);
    CHECK(storage.error().message.find("storage URL") == 0);
  }
}

TEST_CASE("a file is made, and found again") {
  const Folder folder;
  for (int start = 0; start < 2; ++start) {
    const auto storage = open_storage(folder.url("a.db"));
    REQUIRE(storage);
    CHECK(storage.value()->kind() == "sqlite");
    CHECK(fault_of(*storage.value()).empty());
  }
  CHECK(std::filesystem::exists(folder.file("a.db")));
}

TEST_CASE("another program's tables are left alone") {
  const Folder folder;
  ssem::api::storage::execute(folder.file("a.db"),
                              "CREATE TABLE pictures (id INTEGER); INSERT INTO pictures VALUES (7)");
  REQUIRE(open_storage(folder.url("a.db")));
  ssem::api::storage::execute(folder.file("a.db"),
                              "CREATE TEMP TABLE t AS SELECT 1 / (COUNT(*) = 1) AS one FROM pictures WHERE id = 7");
}

TEST_CASE("what is no database is refused and left as it was") {
  const Folder folder;
  const std::string text(4096, 'x');
  std::ofstream(folder.file("notes.txt")) << text;
  const auto storage = open_storage(folder.url("notes.txt"));
  REQUIRE_FALSE(storage);
  CHECK(storage.error().message.find("not an SQLite database") != std::string::npos);
  CHECK(std::filesystem::file_size(folder.file("notes.txt")) == text.size());
}

TEST_CASE("a folder that is not there or a path that is a folder is refused") {
  const Folder folder;
  CHECK_FALSE(open_storage(folder.url("no/such.db")));
  CHECK_FALSE(open_storage(folder.url("")));
}

TEST_CASE("another schema version is refused") {
  const Folder folder;
  ssem::api::storage::execute(
      folder.file("a.db"),
      "CREATE TABLE ssem_meta (name TEXT PRIMARY KEY, value NOT NULL); INSERT INTO ssem_meta VALUES "
      "('schema_version', 99)");
  const auto storage = open_storage(folder.url("a.db"));
  REQUIRE_FALSE(storage);
  CHECK(storage.error().message.find("version 99") != std::string::npos);
}

TEST_CASE("a ping tells a locked file, a damaged one, a replaced one and a deleted one") {
  const Folder folder;
  const std::string file = folder.file("a.db");
  const auto storage = open_storage(folder.url("a.db"));
  REQUIRE(storage);

  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(fault_of(*storage.value()).find("locked") != std::string::npos);
  sqlite3_exec(other, "ROLLBACK; PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  CHECK(fault_of(*storage.value()).empty());

  const std::string saved = folder.file("saved.db");
  std::filesystem::copy_file(file, saved);
  std::ofstream(file, std::ios::in | std::ios::out) << std::string(4096, 'x');
  CHECK_FALSE(fault_of(*storage.value()).empty());

  std::filesystem::rename(saved, file);
  CHECK(fault_of(*storage.value()).find("another file") != std::string::npos);

  std::filesystem::remove(file);
  CHECK(fault_of(*storage.value()).find("gone") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("pings from many threads do not disturb each other") {
  const Folder folder;
  const auto storage = open_storage(folder.url("a.db"));
  REQUIRE(storage);
  std::vector<int> faults(4, 0);
  std::vector<std::thread> threads;
  for (int& count : faults) {
    threads.emplace_back([&count, &storage] {
      for (int i = 0; i < 20; ++i) count += storage.value()->ping() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : faults) CHECK(count == 0);
}
