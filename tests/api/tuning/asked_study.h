// A study with a config, and asks of it.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "api/tuning/study_config.h"
#include "api/tuning/trial_issuer.h"
#include "tests/api/storage/storage_backends.h"

namespace ssem::api::tuning {

inline constexpr const char* kPlan =
    R"({"problem":{"classes":10,"batch_size":512,"dimension":128},"seed":3,"max_retry":1,"pruner":{"kind":"none"}})";

struct AskedStudy {
  explicit AskedStudy(storage::Storage& storage, const std::string& config = kPlan)
      : store(storage.studies()), client(storage), id(client.study()) {
    REQUIRE_FALSE(client.act([&](studies::StudyTable& table) {
      return table.set_study_attribute(id, studies::AttributeKind::system,
                                       {std::string(kStudyConfigAttribute), config});
    }));
  }

  std::vector<IssuedTrial> ask(const AskRequest& request, studies::Timestamp now = studies::now()) {
    const auto pending = issuer.prepare(store, id, request);
    REQUIRE(pending);
    const auto handed = client.change(
        [&](studies::StudyTable& table) { return TrialIssuer::issue(table, request, pending.value(), now); });
    REQUIRE(handed);
    return handed.value();
  }

  studies::TrialPtr trial(std::int64_t trial_id) { return client.get(trial_id); }

  studies::StudyStore& store;
  storage::Client client;
  std::int64_t id;
  TrialIssuer issuer;
};

inline double param(const studies::Trial& trial, const std::string& name) {
  for (const studies::Param& each : trial.params) {
    if (each.name == name) return each.internal_value;
  }
  FAIL("there is no parameter " << name);
  return 0;
}

}  // namespace ssem::api::tuning
