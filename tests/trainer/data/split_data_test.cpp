#include "trainer/data/split_data.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

namespace ssem::trainer {

TEST_CASE("a split takes its share of every class and keeps the rows of an instance together") {
  Dataset data;
  data.shape = {1};
  for (std::int64_t row = 0; row < 200; ++row) {
    data.features.push_back(static_cast<float>(row));
    data.labels.push_back(row < 160 ? 0 : 1);
    data.instance_ids.push_back(row / 2);
  }
  const auto split = split_data(data, 0.25, 3);
  REQUIRE(split);
  const Dataset& test = split.value().test;
  CHECK(std::count(test.labels.begin(), test.labels.end(), 0) == 40);
  CHECK(std::count(test.labels.begin(), test.labels.end(), 1) == 10);
  for (const std::int64_t instance : test.instance_ids) {
    CHECK(std::count(test.instance_ids.begin(), test.instance_ids.end(), instance) == 2);
  }
  CHECK(split.value().train.size() + test.size() == 200);
  for (std::size_t row = 0; row < 50; ++row)
    CHECK(static_cast<std::int64_t>(test.features[row]) / 2 == test.instance_ids[row]);
}

}  // namespace ssem::trainer
