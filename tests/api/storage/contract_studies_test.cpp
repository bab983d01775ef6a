// What every storage back end must do with studies. Each case runs on all of them; where it says so, after a restart
// too.
#include <vector>

#include "tests/api/storage/contract_words.h"
#include "tests/api/storage/storage_backends.h"

using namespace ssem::api::studies;
using namespace ssem::api::storage;

TEST_CASE_TEMPLATE("studies are found by id and by name, in the order of their ids", Backend, MemoryBackend,
                   SqliteBackend) {
  Backend backend;
  const std::vector<std::string> names = {"", "plain", "with 'quotes' \"and\" %2F / ; DROP TABLE studies; --",
                                          "\xC3\xA9"};
  std::vector<std::int64_t> ids;
  for (const std::string& name : names) ids.push_back(Client(*backend.storage).study(name));
  backend.reopen();
  Client client(*backend.storage);
  const auto all = client.look([](const auto& table) { return ssem::Result(table.studies()); });
  REQUIRE(all);
  REQUIRE(all.value().size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(all.value()[i]->study_id == ids[i]);
    CHECK(all.value()[i]->name == names[i]);
    const auto found = client.look([&](const auto& table) { return table.study_named(names[i]); });
    REQUIRE(found);
    CHECK(found.value()->study_id == ids[i]);
  }
}

TEST_CASE_TEMPLATE("a study needs a free name and a direction", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  client.study("s");
  CHECK(code_of(client.change([](auto& table) { return table.create_study("s", {Direction::maximize}); })) ==
        "conflict");
  CHECK(code_of(client.change([](auto& table) { return table.create_study("t", {}); })) == "unprocessable");
  const std::vector<Direction> two = {Direction::maximize, Direction::minimize};
  REQUIRE(client.change([&](auto& table) { return table.create_study("t", two); }));
  backend.reopen();
  const auto found = Client(*backend.storage).look([](const auto& table) { return table.study_named("t"); });
  REQUIRE(found);
  CHECK(found.value()->directions == two);
}

TEST_CASE_TEMPLATE("what is not there is not_found", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  const std::int64_t study = client.study();
  for (const std::int64_t id : {std::int64_t{-1}, std::int64_t{0}, study + 1, INT64_MAX, INT64_MIN}) {
    CHECK(code_of(client.look([&](const auto& table) { return table.study(id); })) == "not_found");
    CHECK(code_of(client.look([&](const auto& table) { return table.trials(id); })) == "not_found");
    CHECK(code_of(client.look([&](const auto& table) { return table.trial(id); })) == "not_found");
    CHECK(code_of(client.look([&](const auto& table) { return table.trial_numbered(study, id); })) == "not_found");
    CHECK(code_of(client.act([&](auto& table) { return table.delete_study(id); })) == "not_found");
    CHECK(code_of(client.change([&](auto& table) { return table.create_trial(id, {}, now()); })) == "not_found");
    CHECK(code_of(client.set_state(id, TrialState::fail)) == "not_found");
    CHECK(code_of(client.act(set_param(id, "x", 0.5, kFloat))) == "not_found");
    const auto set = [&](auto& table) { return table.set_trial_attribute(id, AttributeKind::user, {"k", "1"}); };
    CHECK(code_of(client.act(set)) == "not_found");
    const auto set_study = [&](auto& table) { return table.set_study_attribute(id, AttributeKind::user, {"k", "1"}); };
    CHECK(code_of(client.act(set_study)) == "not_found");
    CHECK(code_of(client.act([&](auto& b) { return b.set_trial_intermediate_value(id, {0, 1.0}); })) == "not_found");
  }
  CHECK(code_of(client.look([](const auto& table) { return table.study_named("other"); })) == "not_found");
}

TEST_CASE_TEMPLATE("ids are never given twice, not even after a restart", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  const std::int64_t first_study = Client(*backend.storage).study("a");
  const std::int64_t first_trial = Client(*backend.storage).trial(first_study);
  CHECK_FALSE(Client(*backend.storage).act([&](auto& table) { return table.delete_study(first_study); }));
  backend.reopen();
  Client client(*backend.storage);
  const std::int64_t second_study = client.study("a");
  CHECK(second_study > first_study);
  CHECK(client.trial(second_study) > first_trial);
  CHECK(code_of(client.look([&](const auto& table) { return table.trial(first_trial); })) == "not_found");
}
