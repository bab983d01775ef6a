#include "api/tuning/trial_issuer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "api/studies/python_json.h"
#include "api/tuning/trial_report.h"
#include "tests/api/tuning/asked_study.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;
using namespace std::chrono_literals;
using storage::MemoryBackend;
using storage::SqliteBackend;

TEST_CASE_TEMPLATE("what is asked is kept, and asking again as the same client changes only the lease", Backend,
                   MemoryBackend, SqliteBackend) {
  Backend backend;
  AskedStudy study(*backend.storage);
  AskRequest request;
  request.client_id = "a";
  request.lease_s = 60.0;
  const Timestamp start = studies::now();
  const auto first = study.ask(request, start);
  REQUIRE(first.size() == 1);
  CHECK(first[0].lease->expires == start + 60s);
  const auto again = study.ask(request, start + 10s);
  CHECK(again[0].trial->trial_id == first[0].trial->trial_id);
  CHECK(again[0].why == first[0].why);
  CHECK(again[0].lease->expires == start + 70s);
  CHECK(again[0].trial->params.size() == 2);
}

TEST_CASE_TEMPLATE("sixteen threads that ask at once are handed different trials with different pairs", Backend,
                   MemoryBackend, SqliteBackend) {
  Backend backend;
  AskedStudy study(*backend.storage);
  std::vector<std::thread> threads;
  std::vector<std::vector<TrialPtr>> handed(16);
  std::atomic<int> refused{0};
  for (std::size_t k = 0; k < handed.size(); ++k) {
    threads.emplace_back([&, k] {
      for (int round = 0; round < 4; ++round) {
        const auto pending = study.issuer.prepare(study.store, study.id, {});
        std::optional<IssuedTrial> mine;
        const auto fault = study.store.write([&](StudyTable& table) -> std::optional<Error> {
          const auto trials = TrialIssuer::issue(table, {}, pending.value(), studies::now());
          if (!trials) return trials.error();
          mine = trials.value().front();
          return tell(table, mine->trial->trial_id, {{}, {{0.5}}}, studies::now()) ? std::nullopt
                                                                                   : std::optional<Error>(Error{});
        });
        if (fault) {
          ++refused;
        } else {
          handed[k].push_back(mine->trial);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(refused == 0);
  std::set<std::int64_t> numbers;
  std::set<std::pair<double, double>> pairs;
  for (const auto& mine : handed) {
    for (const TrialPtr& trial : mine) {
      numbers.insert(trial->number);
      pairs.emplace(param(*trial, "loss_weight"), param(*trial, "temperature"));
    }
  }
  CHECK(numbers.size() == 64);
  CHECK(*numbers.rbegin() == 63);
  CHECK(pairs.size() > 60);
}

TEST_CASE("a refused ask keeps nothing and promises nothing") {
  MemoryBackend backend;
  AskedStudy study(*backend.storage);
  CHECK(study.issuer.prepare(study.store, 999, {}).error().code == ErrorCode::not_found);
  AskRequest real;
  real.search_space = NamedDistributions{{"x", FloatDistribution{0, 1, {}, false}}};
  study.ask(real);
  AskRequest other;
  other.search_space = NamedDistributions{{"x", IntDistribution{0, 1, 1, false}}};
  const auto pending = study.issuer.prepare(study.store, study.id, other);
  REQUIRE(pending);
  const auto refused = study.client.change(
      [&](StudyTable& table) { return TrialIssuer::issue(table, other, pending.value(), studies::now()); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unprocessable);
  const auto trials = study.client.look([&](const StudyTable& table) { return table.trials(study.id); });
  CHECK(trials.value().size() == 1);
}

TEST_CASE("advice waits in the queue once, with its values as Optuna's fixed parameters") {
  MemoryBackend backend;
  AskedStudy study(*backend.storage);
  for (int round = 0; round < 2; ++round) {
    const auto pending = study.issuer.prepare(study.store, study.id, {});
    REQUIRE_FALSE(study.client.act(
        [&](StudyTable& table) { return TrialIssuer::queue(table, pending.value(), studies::now()); }));
  }
  const auto trials = study.client.look([&](const StudyTable& table) { return table.trials(study.id); }).value();
  REQUIRE(trials.size() == 1);
  CHECK(trials[0]->state == TrialState::waiting);
  const auto fixed = parse_python_json(*find_attribute(trials[0]->system_attributes, "fixed_params"));
  const auto handed = study.ask({}).front().trial;
  CHECK(handed->trial_id == trials[0]->trial_id);
  CHECK(fixed.value().find("temperature")->number == param(*handed, "temperature"));
}
