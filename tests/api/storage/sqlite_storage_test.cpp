// What only a file can show: other programs beside us, crashes, locks, full disks, damage.
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/api/storage/execute_sql.h"
#include "tests/api/storage/storage_backends.h"

using namespace ssem::api::studies;
using namespace ssem::api::storage;
using ssem::Error;
using ssem::ErrorCode;

namespace {

// The first column of the first row.
std::string answer(const std::string& file, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  std::string text = "none";
  const auto keep = [](void* place, int, char** values, char**) {
    *static_cast<std::string*>(place) = values[0] != nullptr ? values[0] : "NULL";
    return 1;
  };
  sqlite3_exec(database, sql, keep, &text, nullptr);
  sqlite3_close(database);
  return text;
}

TrialContent waiting() {
  TrialContent content;
  content.state = TrialState::waiting;
  return content;
}

}  // namespace

TEST_CASE("what another program commits is seen by the next call") {
  const TestFolder folder;
  const auto storage = opened(folder.url("a.db"));
  Client client(*storage);
  const std::int64_t study = client.study();
  const std::int64_t ours = client.trial(study);
  execute(folder.file("a.db"),
          "INSERT INTO trials VALUES (7, 1, 1, 'RUNNING', '2026-11-23 10:00:00.000007', NULL);"
          "INSERT INTO trial_params VALUES (1, 7, 'x', 0.5, '{\"name\": \"FloatDistribution\", \"attributes\": "
          "{\"step\": null, \"low\": 0.0, \"high\": 1.0, \"log\": false}}');"
          "INSERT INTO trial_intermediate_values VALUES (1, 7, 3, NULL, 'INF_NEG');");
  const TrialPtr theirs = client.get(7);
  CHECK(theirs->number == 1);
  CHECK(theirs->start == timestamp_from("2026-11-23T10:00:00.000007Z"));
  CHECK(theirs->intermediate_values.at(0).value < -1e308);
  execute(folder.file("a.db"), "UPDATE trials SET state = 'FAIL' WHERE trial_id = 1");
  const auto late = client.set_state(ours, TrialState::complete, {{1.0}});
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::conflict);
  CHECK(client.trial(study) == 8);
}

TEST_CASE("two servers on one file hand out each waiting trial once") {
  const TestFolder folder;
  const auto first = opened(folder.url("a.db"));
  const auto second = opened(folder.url("a.db"));
  constexpr int kTrials = 60;
  const std::int64_t study = Client(*first).study();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < kTrials; ++i) ids.push_back(Client(*first).trial(study, waiting()));
  std::atomic<int> won{0};
  std::atomic<int> faults{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      Client client(i % 2 == 0 ? *first : *second);
      for (const std::int64_t id : ids) {
        const auto mine = client.set_state(id, TrialState::running);
        if (!mine) ++faults;
        if (mine && mine.value()) ++won;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(won == kTrials);
  CHECK(faults == 0);
}

TEST_CASE("many threads change and read at once") {
  const TestFolder folder;
  {
    const auto storage = opened(folder.url("a.db"));
    const std::int64_t study = Client(*storage).study();
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        Client client(*storage);
        for (int j = 0; j < 25; ++j) {
          const auto made = client.change([&](auto& table) { return table.create_trial(study, {}, now()); });
          if (!made) {
            ++wrong;
            continue;
          }
          const auto trials = client.look([&](const auto& table) { return table.trials(study); });
          if (!trials || trials.value().size() < static_cast<std::size_t>(j + 1)) ++wrong;
          const auto done = client.set_state(made.value()->trial_id, TrialState::complete, {{1.0}});
          if (!done || !done.value()) ++wrong;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
  }
  CHECK(answer(folder.file("a.db"), "SELECT COUNT(*) FROM trials WHERE state = 'COMPLETE'") == "200");
  CHECK(answer(folder.file("a.db"), "SELECT COUNT(DISTINCT number) FROM trials") == "200");
  CHECK(answer(folder.file("a.db"), "SELECT COUNT(*) FROM trial_values WHERE value = 1.0") == "200");
}

TEST_CASE("what was answered survives the end of the process without warning") {
  const TestFolder folder;
  int acknowledged[2];
  REQUIRE(::pipe(acknowledged) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto storage = open_storage(folder.url("a.db"));
    auto& store = storage.value()->studies();
    (void)store.write([](StudyTable& table) -> std::optional<Error> {
      return table.create_study("s", {Direction::minimize}) ? std::nullopt : std::optional<Error>(Error{});
    });
    for (;;) {
      std::int64_t id = 0;
      const auto fault = store.write([&](StudyTable& table) -> std::optional<Error> {
        id = table.create_trial(1, {}, now()).value()->trial_id;
        return table.set_trial_param(id, {"x", 0.5, kFloat});
      });
      if (fault || ::write(acknowledged[1], &id, sizeof id) != sizeof id) ::_exit(1);
    }
  }
  std::int64_t last = 0;
  for (int i = 0; i < 40; ++i) REQUIRE(::read(acknowledged[0], &last, sizeof last) == sizeof last);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(acknowledged[1]);
  while (::read(acknowledged[0], &last, sizeof last) == sizeof last) {
  }
  ::close(acknowledged[0]);
  const auto storage = opened(folder.url("a.db"));
  const auto trials = Client(*storage).look([](const auto& table) { return table.trials(1); });
  REQUIRE(trials);
  CHECK(trials.value().size() >= static_cast<std::size_t>(last));
  for (const TrialPtr& trial : trials.value()) CHECK(trial->params.size() == 1);
}

TEST_CASE("a locked file is unavailable until it is free, and nothing is half-written") {
  const TestFolder folder;
  const auto storage = opened(folder.url("a.db"));
  Client client(*storage);
  const std::int64_t study = client.study();
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(folder.file("a.db").c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto refused = client.change([&](auto& table) { return table.create_trial(study, {}, now()); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unavailable);
  CHECK(refused.error().message.find("locked") != std::string::npos);
  CHECK(client.look([&](const auto& table) { return table.trials(study); }).value().empty());
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  client.trial(study);
  CHECK(client.look([&](const auto& table) { return table.trials(study); }).value().size() == 1);
}

TEST_CASE("a full disk refuses the change, keeps what was there, and works again when there is room") {
  const TestFolder folder;
  const auto storage = opened(folder.url("a.db"));
  Client client(*storage);
  const std::int64_t study = client.study();
  const std::int64_t trial = client.trial(study);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1'000'000, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string large = "\"" + std::string(2'000'000, 'x') + "\"";
  const auto fault = client.act([&](StudyTable& table) -> std::optional<Error> {
    (void)table.set_trial_state(trial, TrialState::complete, {{1.0}}, now());
    return table.set_study_attribute(study, AttributeKind::user, {"large", large});
  });
  const bool still_running = client.get(trial)->state == TrialState::running;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  REQUIRE(fault);
  CHECK(fault->code == ErrorCode::unavailable);
  CHECK(still_running);
  CHECK(client.set_state(trial, TrialState::complete, {{2.0}}).value());
  CHECK(client.get(trial)->values == std::vector<double>{2.0});
}

TEST_CASE("tables that are not Optuna's, and Optuna's of another revision, are refused as they were") {
  const TestFolder folder;
  execute(folder.file("alien.db"), "CREATE TABLE studies (id INTEGER)");
  execute(folder.file("old.db"),
          "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL); INSERT INTO alembic_version VALUES "
          "('v2.6.0.a')");
  for (const char* name : {"alien.db", "old.db"}) {
    CAPTURE(name);
    const auto storage = open_storage(folder.url(name));
    REQUIRE_FALSE(storage);
    CHECK(storage.error().message.find("Optuna") != std::string::npos);
    CHECK(answer(folder.file(name), "SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'ssem%'") == "0");
  }
}

TEST_CASE("a file whose contents make no sense is refused, naming the place") {
  const TestFolder folder;
  { Client(*opened(folder.url("a.db"))).study(); }
  execute(folder.file("a.db"), "INSERT INTO trials VALUES (5, 0, 1, 'DREAMING', NULL, NULL)");
  const auto storage = open_storage(folder.url("a.db"));
  REQUIRE_FALSE(storage);
  CHECK(storage.error().message.find("state of trial of 5") != std::string::npos);
}

TEST_CASE("at rest the file is in Optuna's mode, whole, with its version stamps") {
  const TestFolder folder;
  {
    const auto storage = opened(folder.url("a.db"));
    Client client(*storage);
    const std::int64_t trial = client.trial(client.study());
    CHECK_FALSE(client.act([&](auto& table) { return table.set_trial_param(trial, {"x", 0.5, kFloat}); }));
    client.set_state(trial, TrialState::complete, {{std::numeric_limits<double>::infinity()}}).value();
  }
  const std::string file = folder.file("a.db");
  CHECK(answer(file, "PRAGMA journal_mode") == "delete");
  CHECK(answer(file, "PRAGMA integrity_check") == "ok");
  CHECK(answer(file, "PRAGMA foreign_key_check") == "none");
  CHECK(answer(file, "SELECT version_num FROM alembic_version") == "v3.2.0.a");
  CHECK(answer(file, "SELECT schema_version FROM version_info") == "12");
  CHECK(answer(file, "SELECT value_type || IFNULL(value, '') FROM trial_values") == "INF_POS");
  CHECK(answer(file, "SELECT direction FROM study_directions") == "MINIMIZE");
}
