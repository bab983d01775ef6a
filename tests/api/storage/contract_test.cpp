// What every storage back end must do. Each case runs on all of them; where it says so, after a restart too.
#include <cfloat>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/api/storage/storage_backends.h"

using namespace ssem::api::studies;
using namespace ssem::api::storage;
using ssem::Error;
using ssem::ErrorCode;

namespace {

constexpr const char* kWiderFloat =
    R"({"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 9.0, "log": false}})";
constexpr const char* kLogFloat =
    R"({"name": "FloatDistribution", "attributes": {"step": null, "low": 0.1, "high": 1.0, "log": true}})";
constexpr const char* kChoices =
    R"({"name": "CategoricalDistribution", "attributes": {"choices": ["a", null, NaN, Infinity, true, 3]}})";
constexpr const char* kSameChoices =
    R"({"name":"CategoricalDistribution","attributes":{"choices":["a",null,NaN,Infinity,1,3.0]}})";
constexpr const char* kOtherChoices = R"({"name": "CategoricalDistribution", "attributes": {"choices": ["a"]}})";

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string code_of(const std::optional<Error>& error) {
  if (!error) return "";
  switch (error->code) {
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unprocessable:
      return "unprocessable";
    default:
      return error->message;
  }
}
template <class T>
std::string code_of(const ssem::Result<T>& result) {
  return result ? "" : code_of(std::optional<Error>(result.error()));
}

auto set_param(std::int64_t trial, const char* name, double value, const char* json) {
  return [=](StudyTable& table) { return table.set_trial_param(trial, {name, value, json}); };
}

}  // namespace

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

TEST_CASE_TEMPLATE("a trial starts running at the given moment and is numbered from 0", Backend, MemoryBackend,
                   SqliteBackend) {
  Backend backend;
  const Timestamp moment = at("2026-11-23T10:00:00.000001Z");
  std::vector<std::int64_t> trials;
  {
    Client client(*backend.storage);
    for (const char* name : {"a", "b"}) {
      const std::int64_t study = client.study(name);
      for (int i = 0; i < 2; ++i) {
        const auto made = client.change([&](auto& table) { return table.create_trial(study, {}, moment); });
        REQUIRE(made);
        trials.push_back(made.value()->trial_id);
      }
    }
  }
  backend.reopen();
  Client client(*backend.storage);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const TrialPtr trial = client.get(trials[i]);
    CHECK(trial->number == static_cast<std::int64_t>(i % 2));
    CHECK(trial->state == TrialState::running);
    CHECK(trial->start == moment);
    CHECK_FALSE(trial->complete.has_value());
    CHECK_FALSE(trial->values.has_value());
    const auto numbered = client.look([&](const auto& b) { return b.trial_numbered(trial->study_id, trial->number); });
    REQUIRE(numbered);
    CHECK(numbered.value()->trial_id == trials[i]);
  }
}

TEST_CASE_TEMPLATE("a template is copied whole and survives to the bit", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  TrialContent content;
  content.state = TrialState::complete;
  content.values = {{DBL_MAX, -kInfinity, DBL_MIN, 5e-324, 0.0}};
  content.start = at("1970-01-01T00:00:00.000000Z");
  content.complete = at("9999-12-31 23:59:59.999999");
  content.params = {{"z", 0.5, kFloat}, {"a", 2.0, kChoices}, {"m", -1e300, kWiderFloat}};
  content.user_attributes = {{"", "null"}, {"k:/%'\"", R"({"b": [NaN, -Infinity, 1e5], "a": "\u00e9 \ud83d\ude00"})"}};
  content.system_attributes = {{"fixed_params", R"({"z":  0.10})"}};
  content.intermediate_values = {{7, kInfinity}, {-3, std::nan("")}, {INT64_MAX, 1.5}};
  std::int64_t id = 0;
  {
    Client client(*backend.storage);
    id = client.trial(client.study(), content);
  }
  backend.reopen();
  const TrialPtr trial = Client(*backend.storage).get(id);
  CHECK(trial->state == content.state);
  CHECK(trial->values == content.values);
  CHECK(trial->start == content.start);
  CHECK(trial->complete == content.complete);
  REQUIRE(trial->params.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(trial->params[i].name == content.params[i].name);
    CHECK(trial->params[i].internal_value == content.params[i].internal_value);
    CHECK(trial->params[i].distribution_json == content.params[i].distribution_json);
  }
  REQUIRE(trial->user_attributes.size() == 2);
  CHECK(trial->user_attributes[0].key.empty());
  CHECK(trial->user_attributes[1].value_json == content.user_attributes[1].value_json);
  CHECK(*find_attribute(trial->system_attributes, "fixed_params") == R"({"z":  0.10})");
  REQUIRE(trial->intermediate_values.size() == 3);
  CHECK(trial->intermediate_values[0].step == -3);
  CHECK(std::isnan(trial->intermediate_values[0].value));
  CHECK(trial->intermediate_values[1].value == kInfinity);
  CHECK(trial->intermediate_values[2].step == INT64_MAX);
}

TEST_CASE_TEMPLATE("a template that breaks a rule makes no trial", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  const std::int64_t study = client.study();
  std::vector<TrialContent> wrong(4);
  wrong[0].values = {{std::nan("")}};
  wrong[1].params = {{"x", 0.5, "{}"}};
  wrong[2].user_attributes = {{"k", "nul"}};
  wrong[3].params = {{"x", std::nan(""), kFloat}};
  for (const TrialContent& content : wrong) {
    const auto made = client.change([&](auto& table) { return table.create_trial(study, content, now()); });
    CHECK(code_of(made) == "unprocessable");
  }
  const auto trials = client.look([&](const auto& table) { return table.trials(study); });
  REQUIRE(trials);
  CHECK(trials.value().empty());
}

TEST_CASE_TEMPLATE("parameters keep their order, and one name keeps its kind within a study", Backend, MemoryBackend,
                   SqliteBackend) {
  Backend backend;
  std::int64_t first = 0;
  std::int64_t second = 0;
  std::int64_t elsewhere = 0;
  {
    Client client(*backend.storage);
    const std::int64_t study = client.study();
    first = client.trial(study);
    second = client.trial(study);
    elsewhere = client.trial(client.study("other"));
    CHECK_FALSE(client.act(set_param(first, "y", 0.25, kFloat)));
    CHECK_FALSE(client.act(set_param(first, "c", 1.0, kChoices)));
    CHECK_FALSE(client.act(set_param(first, "y", 0.75, kFloat)));
  }
  backend.reopen();
  Client client(*backend.storage);
  CHECK_FALSE(client.act(set_param(second, "y", 7.0, kWiderFloat)));
  CHECK_FALSE(client.act(set_param(second, "c", 1.0, kSameChoices)));
  CHECK(code_of(client.act(set_param(second, "y", 0.5, kLogFloat))) == "unprocessable");
  CHECK(code_of(client.act(set_param(second, "y", 0.0, kChoices))) == "unprocessable");
  CHECK(code_of(client.act(set_param(second, "c", 0.0, kOtherChoices))) == "unprocessable");
  CHECK(code_of(client.act(set_param(second, "n", std::nan(""), kFloat))) == "unprocessable");
  for (const char* broken : {"", "x", "{}", R"({"name":"FloatDistribution","attributes":{"low":1,"high":0}})",
                             R"({"name":"FloatDistribution","attributes":{"low":0,"high":1,"log":true}})",
                             R"({"name":"IntDistribution","attributes":{"low":0.5,"high":1}})",
                             R"({"name":"CategoricalDistribution","attributes":{"choices":[]}})"}) {
    CAPTURE(broken);
    CHECK(code_of(client.act(set_param(second, "new", 0.0, broken))) == "unprocessable");
  }
  CHECK_FALSE(client.act(set_param(elsewhere, "y", 0.0, kOtherChoices)));
  const TrialPtr trial = client.get(first);
  REQUIRE(trial->params.size() == 2);
  CHECK(trial->params[0].name == "y");
  CHECK(trial->params[0].internal_value == 0.75);
  CHECK(trial->params[1].name == "c");
  CHECK(client.get(second)->params.size() == 2);
}

TEST_CASE_TEMPLATE("only one of those who ask for a waiting trial gets it", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  TrialContent waiting;
  waiting.state = TrialState::waiting;
  const std::int64_t trial = client.trial(client.study(), waiting);
  CHECK(client.set_state(trial, TrialState::running).value());
  const auto started = client.get(trial)->start;
  CHECK(started.has_value());
  CHECK_FALSE(client.set_state(trial, TrialState::running).value());
  CHECK(client.get(trial)->start == started);
  CHECK(client.set_state(trial, TrialState::complete, {{1.0}}).value());
  CHECK(code_of(client.set_state(trial, TrialState::running)) == "conflict");
}

TEST_CASE_TEMPLATE("a finished trial never changes", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  const std::int64_t study = Client(*backend.storage).study();
  for (const TrialState state : {TrialState::complete, TrialState::pruned, TrialState::fail}) {
    const std::int64_t trial = Client(*backend.storage).trial(study);
    CHECK(Client(*backend.storage).set_state(trial, state, {{kInfinity}}).value());
    backend.reopen();
    Client client(*backend.storage);
    CHECK(client.get(trial)->complete.has_value());
    for (const TrialState next : {TrialState::running, TrialState::waiting, TrialState::complete, TrialState::fail}) {
      CHECK(code_of(client.set_state(trial, next)) == "conflict");
    }
    CHECK(code_of(client.act(set_param(trial, "x", 0.5, "broken"))) == "conflict");
    CHECK(code_of(client.act([&](auto& b) { return b.set_trial_intermediate_value(trial, {0, 1.0}); })) == "conflict");
    for (const AttributeKind kind : {AttributeKind::user, AttributeKind::system}) {
      const auto set = [&](auto& table) { return table.set_trial_attribute(trial, kind, {"k", "1"}); };
      CHECK(code_of(client.act(set)) == "conflict");
    }
    CHECK(client.get(trial)->values == std::vector<double>{kInfinity});
  }
}

TEST_CASE_TEMPLATE("nan is no objective value, and the trial runs on", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  Client client(*backend.storage);
  const std::int64_t trial = client.trial(client.study());
  CHECK(code_of(client.set_state(trial, TrialState::complete, {{std::nan("")}})) == "unprocessable");
  CHECK(client.get(trial)->state == TrialState::running);
}

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

TEST_CASE_TEMPLATE("intermediate values are overwritten by step", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  std::int64_t trial = 0;
  {
    Client client(*backend.storage);
    trial = client.trial(client.study());
    for (const IntermediateValue& value :
         {IntermediateValue{5, 1.0}, {2, kInfinity}, {5, std::nan("")}, {2, -kInfinity}, {0, 0.1}}) {
      CHECK_FALSE(client.act([&](auto& table) { return table.set_trial_intermediate_value(trial, value); }));
    }
  }
  backend.reopen();
  const TrialPtr read = Client(*backend.storage).get(trial);
  REQUIRE(read->intermediate_values.size() == 3);
  CHECK(read->intermediate_values[0].value == 0.1);
  CHECK(read->intermediate_values[1].value == -kInfinity);
  CHECK(std::isnan(read->intermediate_values[2].value));
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
