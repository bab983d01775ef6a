// What every storage back end must do with trials. Each case runs on all of them; where it says so, after a restart
// too.
#include <cfloat>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/api/storage/contract_words.h"
#include "tests/api/storage/storage_backends.h"

using namespace ssem::api::studies;
using namespace ssem::api::storage;

namespace {

constexpr const char* kWiderFloat =
    R"({"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 9.0, "log": false}})";
constexpr const char* kLogFloat =
    R"({"name": "FloatDistribution", "attributes": {"step": null, "low": 0.1, "high": 1.0, "log": true}})";
constexpr const char* kChoices =
    R"({"name": "CategoricalDistribution", "attributes": {"choices": ["a", null, NaN, Infinity, true, 3]}})";
constexpr const char* kSameChoices =
    R"({"name":"CategoricalDistribution","attributes":{"choices":["a",null,NaN,Infinity,1,3.0]}})";

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

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
