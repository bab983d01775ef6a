// What every storage back end must do for its readers and writers: attributes, choices, failures, journals, copies.
#include <vector>

#include "tests/api/storage/contract_words.h"
#include "tests/api/storage/storage_backends.h"

using namespace ssem::api::studies;
using namespace ssem::api::storage;
using ssem::Error;
using ssem::ErrorCode;

TEST_CASE_TEMPLATE("attributes of both kinds are overwritten in place, and broken JSON is refused", Backend,
                   MemoryBackend, SqliteBackend) {
  Backend backend;
  const std::string large = "\"" + std::string(3'000'000, 'x') + "\"";
  std::int64_t study = 0;
  std::int64_t trial = 0;
  {
    Client client(*backend.storage);
    study = client.study();
    trial = client.trial(study);
    for (const AttributeKind kind : {AttributeKind::user, AttributeKind::system}) {
      for (const char* value : {"1", "[NaN]", "{\"a\": -Infinity}"}) {
        CHECK_FALSE(client.act([&](auto& table) { return table.set_study_attribute(study, kind, {"k", value}); }));
        CHECK_FALSE(client.act([&](auto& table) { return table.set_trial_attribute(trial, kind, {"k", value}); }));
      }
      CHECK_FALSE(client.act([&](auto& table) { return table.set_trial_attribute(trial, kind, {"large", large}); }));
      for (const char* broken : {"", "nul", "[1,]", "{\"a\":}", "\"\\x\"", "1 2", "\xFF", "'a'", "nan", "01"}) {
        CAPTURE(broken);
        const auto set = [&](auto& table) { return table.set_study_attribute(study, kind, {"k", broken}); };
        CHECK(code_of(client.act(set)) == "unprocessable");
      }
    }
  }
  backend.reopen();
  Client client(*backend.storage);
  const auto found = client.look([&](const auto& table) { return table.study(study); });
  REQUIRE(found);
  for (const Attributes& attributes : {found.value()->user_attributes, found.value()->system_attributes}) {
    REQUIRE(attributes.size() == 1);
    CHECK(attributes[0].value_json == "{\"a\": -Infinity}");
  }
  CHECK(*find_attribute(client.get(trial)->system_attributes, "large") == large);
}

TEST_CASE_TEMPLATE("trials are chosen by state and by what is new", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  const std::int64_t study = client.study();
  const std::int64_t foreign = client.trial(client.study("other"));
  std::vector<std::int64_t> ids;
  for (const TrialState state :
       {TrialState::waiting, TrialState::running, TrialState::complete, TrialState::complete}) {
    TrialContent content;
    content.state = state;
    ids.push_back(client.trial(study, content));
  }
  const auto chosen = [&](const TrialFilter& filter) {
    std::vector<std::int64_t> found;
    const auto trials = client.look([&](const auto& table) { return table.trials(study, filter); });
    REQUIRE(trials);
    for (const TrialPtr& trial : trials.value()) found.push_back(trial->trial_id);
    return found;
  };
  using Ids = std::vector<std::int64_t>;
  using States = std::vector<TrialState>;
  CHECK(chosen({}) == ids);
  CHECK(chosen({States{}, {}, {}}).empty());
  CHECK(chosen({States{TrialState::complete}, {}, {}}) == Ids{ids[2], ids[3]});
  CHECK(chosen({States{TrialState::fail}, {}, {}}).empty());
  CHECK(chosen({States{TrialState::waiting, TrialState::running}, {}, {}}) == Ids{ids[0], ids[1]});
  CHECK(chosen({{}, ids[2], {}}) == Ids{ids[3]});
  CHECK(chosen({{}, ids[2], {ids[1], ids[3], ids[1], foreign, 999}}) == Ids{ids[1], ids[3]});
  CHECK(chosen({{}, -1, {}}) == ids);
}

TEST_CASE_TEMPLATE("what a reader was given does not change", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  const std::int64_t id = client.trial(client.study());
  const TrialPtr before = client.get(id);
  CHECK(client.set_state(id, TrialState::complete, {{1.0}}).value());
  CHECK(before->state == TrialState::running);
  CHECK(client.get(id)->state == TrialState::complete);
}

TEST_CASE_TEMPLATE("a change that fails halfway leaves nothing behind", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  std::int64_t study = 0;
  std::int64_t doomed = 0;
  std::int64_t trial = 0;
  {
    Client client(*backend.storage);
    study = client.study();
    doomed = client.study("doomed");
    trial = client.trial(doomed);
    const auto fault = client.act([&](StudyTable& table) -> std::optional<Error> {
      CHECK(table.create_study("new", {Direction::minimize}));
      const auto made = table.create_trial(study, {}, now());
      CHECK_FALSE(table.set_trial_param(made.value()->trial_id, {"x", 0.5, kFloat}));
      CHECK_FALSE(table.set_study_attribute(study, AttributeKind::user, {"k", "1"}));
      CHECK(table.set_trial_state(trial, TrialState::fail, {}, now()));
      CHECK_FALSE(table.delete_study(doomed));
      table.keep_idempotency_record(record_of("given up", now()));
      return Error{ErrorCode::unprocessable, "given up", {}};
    });
    CHECK(code_of(fault) == "unprocessable");
  }
  for (int round = 0; round < 2; ++round) {
    Client client(*backend.storage);
    CHECK(client.look([](const auto& table) { return ssem::Result(table.studies()); }).value().size() == 2);
    CHECK(client.look([&](const auto& table) { return table.trials(study); }).value().empty());
    CHECK(client.look([&](const auto& table) { return table.study(study); }).value()->user_attributes.empty());
    CHECK(client.get(trial)->state == TrialState::running);
    CHECK_FALSE(find_record(*backend.storage, "given up", now()));
    backend.reopen();
  }
  Client client(*backend.storage);
  CHECK_FALSE(client.act(set_param(client.trial(study), "x", 0.0, kOtherChoices)));
}

TEST_CASE_TEMPLATE("journals keep their lines in order, through a restart, and a change that fails adds none", Backend,
                   MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  const auto lines_of = [](ssem::api::storage::Storage& storage, std::size_t from) {
    std::vector<std::string> texts;
    const auto look = storage.studies().read([&](const StudyTable& table) {
      texts.clear();
      for (const auto& line : table.journal_lines("j", from)) texts.push_back(*line);
    });
    CHECK_FALSE(look);
    return texts;
  };
  CHECK_FALSE(client.act([](StudyTable& table) -> std::optional<Error> {
    CHECK(table.append_to_journal("j", {"{\"a\":NaN}", ""}) == 2);
    CHECK(table.append_to_journal("j", {"{}"}) == 3);
    CHECK(table.append_to_journal("other", {"x"}) == 1);
    return std::nullopt;
  }));
  CHECK(client.act([](StudyTable& table) -> std::optional<Error> {
    table.append_to_journal("j", {"lost"});
    table.append_to_journal("new", {"lost"});
    CHECK_FALSE(table.delete_journal("other"));
    return Error{ErrorCode::conflict, "given up", {}};
  }));
  if constexpr (!std::is_same_v<Backend, MemoryBackend>) backend.reopen();
  CHECK(lines_of(*backend.storage, 0) == std::vector<std::string>{"{\"a\":NaN}", "", "{}"});
  CHECK(lines_of(*backend.storage, 2) == std::vector<std::string>{"{}"});
  CHECK(lines_of(*backend.storage, 3).empty());
  Client again(*backend.storage);
  CHECK_FALSE(again.act([](StudyTable& table) { return table.delete_journal("j"); }));
  CHECK(again.act([](StudyTable& table) { return table.delete_journal("j"); })->code == ErrorCode::not_found);
  CHECK(lines_of(*backend.storage, 0).empty());
}

TEST_CASE_TEMPLATE("a copy holds what was there, with its ids, and is a storage of its own", Backend, MemoryBackend,
                   SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  const auto gone = client.study("gone");
  const auto kept = client.study("kept");
  const auto trial = client.trial(kept);
  CHECK(client.set_state(trial, TrialState::complete, {{2.5}}));
  CHECK_FALSE(client.act([&](StudyTable& table) { return table.delete_study(gone); }));
  const std::string path =
      (std::filesystem::temp_directory_path() / ("ssem_copy_" + std::to_string(::getpid()))).string();
  std::filesystem::remove(path);
  REQUIRE_FALSE(backend.storage->copy_to(path));
  CHECK(backend.storage->copy_to(path));  // a file that is there is not overwritten
  {
    const auto copy = opened("sqlite:///" + path);
    Client reader(*copy);
    CHECK(reader.get(trial)->values == std::vector<double>{2.5});
    CHECK(reader.get(trial)->study_id == kept);
  }
  std::filesystem::remove(path);
}
