// Every storage back end for the contract's tests, each fresh and empty.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "api/storage/storage.h"
#include "api/studies/timestamp.h"

namespace ssem::api::storage {

inline constexpr const char* kFloat =
    R"({"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}})";

inline studies::Timestamp at(const char* text) { return studies::timestamp_from(text).value(); }

// A folder of its own for each test, gone afterwards.
class TestFolder {
 public:
  TestFolder() : path_(std::filesystem::temp_directory_path() / ("ssem_studies_test_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string url(const std::string& name) const { return "sqlite:///" + file(name); }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<Storage> opened(const std::string& url) {
  auto storage = open_storage(url);
  if (!storage) FAIL(storage.error().message);
  return std::move(storage).value();
}

struct MemoryBackend {
  std::unique_ptr<Storage> storage = opened("memory:");
  void reopen() {}  // what lives in memory has nothing to find again
};

struct SqliteBackend {
  TestFolder folder;
  std::unique_ptr<Storage> storage = opened(folder.url("a.db"));
  void reopen() {
    storage.reset();
    storage = opened(folder.url("a.db"));
  }
};

// A client's calls, each a change or a look of its own; a failure is the test's.
class Client {
 public:
  explicit Client(Storage& storage) : store_(storage.studies()) {}

  template <class Call>
  auto change(const Call& call) {
    decltype(call(std::declval<studies::StudyTable&>())) answer = Error{};
    const auto fault = store_.write([&](studies::StudyTable& table) -> std::optional<Error> {
      answer = call(table);
      return answer ? std::nullopt : std::optional<Error>(answer.error());
    });
    if (fault) answer = *fault;
    return answer;
  }

  template <class Call>
  std::optional<Error> act(const Call& call) {
    return store_.write([&](studies::StudyTable& table) -> std::optional<Error> { return call(table); });
  }

  template <class Call>
  auto look(const Call& call) {
    decltype(call(std::declval<const studies::StudyTable&>())) answer = Error{};
    if (const auto fault = store_.read([&](const studies::StudyTable& table) { answer = call(table); }))
      answer = *fault;
    return answer;
  }

  std::int64_t study(const std::string& name = "s") {
    const auto made = change([&](auto& table) { return table.create_study(name, {studies::Direction::minimize}); });
    REQUIRE(made);
    return made.value()->study_id;
  }

  std::int64_t trial(std::int64_t study_id, const std::optional<studies::TrialContent>& content = {}) {
    const auto made = change([&](auto& table) { return table.create_trial(study_id, content, studies::now()); });
    REQUIRE(made);
    return made.value()->trial_id;
  }

  studies::TrialPtr get(std::int64_t trial_id) {
    const auto found = look([&](const auto& table) { return table.trial(trial_id); });
    REQUIRE(found);
    return found.value();
  }

  Result<bool> set_state(std::int64_t trial_id, studies::TrialState state,
                         const std::optional<std::vector<double>>& values = {}) {
    return change([&](auto& table) { return table.set_trial_state(trial_id, state, values, studies::now()); });
  }

 private:
  studies::StudyStore& store_;
};

inline studies::IdempotencyRecord record_of(const std::string& id, studies::Timestamp time) {
  return {id, "request", 201, R"({"trial_id":1})", {}, time};
}

inline std::optional<studies::IdempotencyRecord> find_record(Storage& storage, const std::string& id,
                                                             studies::Timestamp now) {
  std::optional<studies::IdempotencyRecord> found;
  CHECK_FALSE(storage.studies().write([&](studies::StudyTable& table) -> std::optional<Error> {
    found = table.idempotency_record(id, now);
    return std::nullopt;
  }));
  return found;
}

}  // namespace ssem::api::storage
