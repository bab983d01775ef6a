#include "api/tuning/lease.h"

#include <doctest/doctest.h>

#include "api/tuning/lease_watch.h"
#include "tests/api/tuning/asked_study.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;
using namespace std::chrono_literals;
using storage::MemoryBackend;
using storage::SqliteBackend;

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
