// Asking, leases, reports and tells, on the studies themselves.
#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <thread>

#include "advisor/evaluation.h"
#include "api/studies/python_json.h"
#include "api/tuning/best_trials.h"
#include "api/tuning/lease_watch.h"
#include "api/tuning/median_pruning.h"
#include "api/tuning/param_importance.h"
#include "api/tuning/trial_issuer.h"
#include "api/tuning/trial_report.h"
#include "tests/api/storage/storage_backends.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;
using namespace std::chrono_literals;
using storage::Client;
using storage::MemoryBackend;
using storage::SqliteBackend;

namespace {

constexpr const char* kPlan =
    R"({"problem":{"classes":10,"batch_size":512,"dimension":128},"seed":3,"max_retry":1,"pruner":{"kind":"none"}})";

struct AskedStudy {
  explicit AskedStudy(storage::Storage& storage, const std::string& config = kPlan)
      : store(storage.studies()), client(storage), id(client.study()) {
    REQUIRE_FALSE(client.act([&](StudyTable& table) {
      return table.set_study_attribute(id, AttributeKind::system, {std::string(kStudyConfigAttribute), config});
    }));
  }

  std::vector<IssuedTrial> ask(const AskRequest& request, Timestamp now = studies::now()) {
    const auto pending = issuer.prepare(store, id, request);
    REQUIRE(pending);
    const auto handed =
        client.change([&](StudyTable& table) { return TrialIssuer::issue(table, request, pending.value(), now); });
    REQUIRE(handed);
    return handed.value();
  }

  TrialPtr trial(std::int64_t trial_id) { return client.get(trial_id); }

  StudyStore& store;
  Client client;
  std::int64_t id;
  TrialIssuer issuer;
};

double param(const Trial& trial, const std::string& name) {
  for (const Param& each : trial.params) {
    if (each.name == name) return each.internal_value;
  }
  FAIL("there is no parameter " << name);
  return 0;
}

TrialPtr made(double x, std::vector<double> values, std::vector<IntermediateValue> reports = {}) {
  Trial trial;
  trial.state = TrialState::complete;
  trial.values = std::move(values);
  trial.intermediate_values = std::move(reports);
  trial.params = {{"x", x, to_text(Distribution(FloatDistribution{0, 1, {}, false}))}};
  return std::make_shared<const Trial>(trial);
}

}  // namespace

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

TEST_CASE_TEMPLATE("a lease that has run out fails the trial once and queues a copy with Optuna's attributes", Backend,
                   MemoryBackend, SqliteBackend) {
  Backend backend;
  AskedStudy study(*backend.storage);
  AskRequest request;
  request.client_id = "a";
  request.lease_s = 5.0;
  const Timestamp start = studies::now();
  const auto lost = study.ask(request, start).front().trial;
  CHECK(study.client.change([&](StudyTable& table) { return expire_leases(table, study.id, start + 4s); }).value() ==
        0);
  CHECK(study.client.change([&](StudyTable& table) { return expire_leases(table, study.id, start + 5s); }).value() ==
        1);
  CHECK(study.client.change([&](StudyTable& table) { return expire_leases(table, study.id, start + 9s); }).value() ==
        0);
  CHECK(study.trial(lost->trial_id)->state == TrialState::fail);
  const auto retry = study.ask(request, start + 10s).front().trial;
  CHECK(retry->trial_id != lost->trial_id);
  CHECK(param(*retry, "temperature") == param(*lost, "temperature"));
  CHECK(*find_attribute(retry->system_attributes, "failed_trial") == "0");
  CHECK(*find_attribute(retry->system_attributes, "retry_history") == "[0]");
  // The copy fails too: max_retry is 1.
  expire_all_leases(study.store, start + 60s);
  CHECK(study.trial(retry->trial_id)->state == TrialState::fail);
  const auto waiting =
      study.client.look([&](const StudyTable& table) { return table.trial_count(study.id, TrialState::waiting); });
  CHECK(waiting.value() == 0);
}

TEST_CASE("the watch expires leases while nobody asks, and ends at once") {
  MemoryBackend backend;
  AskedStudy study(*backend.storage);
  AskRequest request;
  request.lease_s = 0.1;
  const auto lost = study.ask(request).front().trial;
  {
    const LeaseWatch watch(study.store, {}, 5ms);
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (study.trial(lost->trial_id)->state == TrialState::running && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(5ms);
    }
  }
  CHECK(study.trial(lost->trial_id)->state == TrialState::fail);
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

TEST_CASE("a config comes back from what is kept, and nonsense in its place is the default config") {
  MemoryBackend backend;
  const AskedStudy study(
      *backend.storage,
      R"({"problem":{"class_counts":[50,20,5],"batch_size":64,"sampling":"random"},"sampler":"random",)"
      R"("seed":9007199254740993,"max_retry":4,"search_space":{"a/b":{"type":"int","low":1,"high":9}},)"
      R"("pruner":{"kind":"successive_halving","min_resource":2,"reduction_factor":3}})");
  const StudyConfig config =
      study_config_of(*Client(*backend.storage).look([&](const auto& table) { return table.study(study.id); }).value());
  CHECK(config.problem->class_counts == std::vector<std::int64_t>{50, 20, 5});
  CHECK(config.sampler == Sampler::random);
  CHECK(config.seed == 9007199254740993U);
  CHECK(config.max_retry == 4);
  CHECK(std::get<SuccessiveHalving>(config.pruning).reduction_factor == 3);
  REQUIRE(config.search_space.size() == 1);
  CHECK(config.search_space[0].name == "a/b");
  studies::Study kept;
  kept.system_attributes = {{std::string(kStudyConfigAttribute), to_text(config)}};
  CHECK(to_text(study_config_of(kept)) == to_text(config));
  for (const char* nonsense : {"", "[]", "{\"seed\":-1}", "{\"problem\":3}", "null"}) {
    kept.system_attributes = {{std::string(kStudyConfigAttribute), nonsense}};
    CHECK(study_config_of(kept).search_space.size() == 2);
  }
}

TEST_CASE("failed trials and trials without the parameters do not disturb a suggestion") {
  StudyConfig config;
  config.search_space = {{"x", FloatDistribution{0, 1, {}, false}}};
  std::vector<Param> params = {{"x", 0.5, ""}};
  std::vector<Param> foreign = {{"y", 0.5, ""}};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<PastTrial> past;
  for (int k = 0; k < 20; ++k) {
    past.push_back({TrialState::fail, params, {}});
    past.push_back({TrialState::complete, foreign, {1.0}});
    past.push_back({TrialState::complete, params, {nan}});
    past.push_back({TrialState::complete, params, {1.0, 2.0}});
  }
  const Suggestion suggestion = suggest(config, config.search_space, {Direction::minimize}, past, 80);
  CHECK(suggestion.why.front().find("0 of 4 results") != std::string::npos);
  CHECK(suggest(config, {}, {Direction::minimize}, past, 1).internal_values.empty());
}

TEST_CASE("values between what a user writes and what is kept") {
  const Distribution real = FloatDistribution{0, 1, 0.25, false};
  const Distribution integer = IntDistribution{-3, 9, 3, false};
  const auto choices = parse_distribution(R"({"type":"categorical","choices":["a",null,3,0.5,true,NaN]})").value();
  CHECK(to_text(external_value(real, 0.5)) == "0.5");
  CHECK(to_text(external_value(real, 1.0)) == "1.0");
  CHECK(to_text(external_value(integer, -3.0)) == "-3");
  CHECK(to_text(external_value(choices, 1)) == "null");
  CHECK(to_text(external_value(choices, 99)) == "NaN");
  for (std::size_t k = 0; k < 6; ++k) {
    const auto value = external_value(choices, static_cast<double>(k));
    CHECK(internal_value(choices, value).value() == static_cast<double>(k));
  }
  CHECK_FALSE(internal_value(choices, parse_python_json("\"b\"").value()));
  CHECK_FALSE(internal_value(integer, parse_python_json("1.5").value()));
  CHECK_FALSE(internal_value(real, parse_python_json("\"1\"").value()));
  for (const Distribution& each : {real, integer, choices}) {
    CHECK(to_text(parse_distribution(to_text(each)).value()) == to_text(each));
  }
  CHECK(is_single(FloatDistribution{2, 2, {}, false}));
  CHECK(is_single(IntDistribution{1, 2, 5, false}));
  CHECK_FALSE(is_single(IntDistribution{1, 2, 1, true}));
}

TEST_CASE("the median of an even count lies between, and infinities are worse than everything") {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<TrialPtr> completed = {made(0, {1}, {{1, 1.0}}), made(0, {1}, {{1, 3.0}}), made(0, {1}, {{1, inf}}),
                                           made(0, {1}, {{1, 2.0}})};
  MedianPruning settings;
  settings.startup_trials = 0;
  const auto pruned = [&](double value) {
    return should_prune(settings, *made(0, {1}, {{1, value}}), completed, Direction::minimize);
  };
  CHECK_FALSE(pruned(2.5));
  CHECK(pruned(2.6));
  CHECK(pruned(inf));
  CHECK_FALSE(pruned(-inf));
}

TEST_CASE("the best of equals is the earliest, and nothing is best without values") {
  const std::vector<TrialPtr> trials = {made(0.1, {2}), made(0.2, {1}), made(0.3, {1})};
  CHECK(best_trials(trials, {Direction::minimize}).front() == trials[1]);
  CHECK(best_trials(trials, {Direction::maximize}).front() == trials[0]);
  CHECK(best_trials({}, {Direction::minimize}).empty());
  CHECK(best_trials({made(0, {1, 2})}, {Direction::minimize}).empty());
}

TEST_CASE("importances sum to 1, and a parameter that never moves has none") {
  std::vector<TrialPtr> trials;
  for (int k = 0; k < 60; ++k) {
    Trial trial = *made(k / 60.0, {std::abs(k / 60.0 - 0.3)});
    trial.params.push_back({"still", 4, to_text(Distribution(IntDistribution{4, 4, 1, false}))});
    trials.push_back(std::make_shared<const Trial>(trial));
  }
  const auto importances = param_importances(trials, 0, Direction::minimize);
  REQUIRE(importances.size() == 2);
  CHECK(importances[0].name == "x");
  CHECK(importances[0].importance == doctest::Approx(1));
  CHECK(importances[1].importance == 0);
  CHECK(param_importances({trials[0]}, 0, Direction::minimize).empty());
}
