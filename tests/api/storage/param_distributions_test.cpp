// What the distribution of a parameter means is kept beside its text.
#include <vector>

#include "tests/api/storage/storage_backends.h"

using namespace ssem::api::studies;
using namespace ssem::api::storage;

TEST_CASE_TEMPLATE("a parameter says what its distribution means, and trials with one text share it", Backend,
                   MemoryBackend, SqliteBackend) {
  Backend backend;
  std::vector<std::int64_t> ids;
  {
    Client client(*backend.storage);
    const std::int64_t study = client.study();
    TrialContent content;
    content.params = {{"x", 0.5, kFloat}};
    ids = {client.trial(study, content), client.trial(study)};
    CHECK_FALSE(client.act([&](StudyTable& table) { return table.set_trial_param(ids[1], {"x", 0.75, kFloat}); }));
  }
  for (const bool reopened : {false, true}) {
    CAPTURE(reopened);
    if (reopened) backend.reopen();
    Client client(*backend.storage);
    const TrialPtr first = client.get(ids[0]);
    const TrialPtr second = client.get(ids[1]);
    REQUIRE(first->params.at(0).distribution);
    CHECK(std::get<FloatDistribution>(*first->params[0].distribution).high == 1.0);
    CHECK(first->params[0].distribution == second->params.at(0).distribution);
    CHECK(second->params[0].distribution_json == kFloat);
  }
}

TEST_CASE_TEMPLATE("wider bounds mean what they say, whatever an earlier trial had", Backend, MemoryBackend,
                   SqliteBackend) {
  Backend backend;
  const char* wider =
      R"({"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 9.0, "log": false}})";
  std::int64_t id = 0;
  {
    Client client(*backend.storage);
    const std::int64_t study = client.study();
    TrialContent content;
    content.params = {{"x", 0.5, kFloat}};
    client.trial(study, content);
    content.params = {{"x", 0.5, wider}};
    id = client.trial(study, content);
  }
  backend.reopen();
  const TrialPtr trial = Client(*backend.storage).get(id);
  REQUIRE(trial->params.at(0).distribution);
  CHECK(std::get<FloatDistribution>(*trial->params[0].distribution).low == -5.0);
}
