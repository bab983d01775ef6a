#include "api/tuning/study_config.h"

#include <doctest/doctest.h>

#include "tests/api/tuning/asked_study.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;
using storage::Client;
using storage::MemoryBackend;

TEST_CASE("a config comes back from what is kept, and nonsense in its place is the default config") {
  MemoryBackend backend;
  const AskedStudy study(
      *backend.storage,
      R"({"problem":{"class_counts":[50,20,5],"batch_size":64,"sampling":"random"},"sampler":"random",)"
      R"("seed":9007199254740993,"max_retry":4,"warm_start":["before","\u00e9tude"],"search_space":{"a/b":{"type":"int","low":1,"high":9}},)"
      R"("pruner":{"kind":"successive_halving","min_resource":2,"reduction_factor":3}})");
  const StudyConfig config =
      study_config_of(*Client(*backend.storage).look([&](const auto& table) { return table.study(study.id); }).value());
  CHECK(config.problem->class_counts == std::vector<std::int64_t>{50, 20, 5});
  CHECK(config.sampler == Sampler::random);
  CHECK(config.seed == 9007199254740993U);
  CHECK(config.max_retry == 4);
  CHECK(config.warm_start == std::vector<std::string>{"before", "\u00e9tude"});
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
