#include "api/tuning/lease_watch.h"

#include <doctest/doctest.h>

#include <thread>

#include "tests/api/tuning/asked_study.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;
using namespace std::chrono_literals;
using storage::MemoryBackend;

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
