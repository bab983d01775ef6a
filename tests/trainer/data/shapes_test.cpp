#include "trainer/data/shapes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"

namespace ssem::trainer {
namespace {

// Accuracy of the nearest training example, in the values as they are.
template <class Value>
double nearest_accuracy(const std::vector<Value>& train, const std::vector<std::int64_t>& train_labels,
                        const std::vector<Value>& test, const std::vector<std::int64_t>& test_labels) {
  const std::size_t width = train.size() / train_labels.size();
  int right = 0;
  for (std::size_t t = 0; t < test_labels.size(); ++t) {
    double least = std::numeric_limits<double>::infinity();
    std::int64_t guess = -1;
    for (std::size_t k = 0; k < train_labels.size(); ++k) {
      double distance = 0;
      for (std::size_t i = 0; i < width; ++i) {
        const double gap = static_cast<double>(train[k * width + i]) - static_cast<double>(test[t * width + i]);
        distance += gap * gap;
      }
      if (distance < least) {
        least = distance;
        guess = train_labels[k];
      }
    }
    right += guess == test_labels[t] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(test_labels.size());
}

}  // namespace

TEST_CASE("the nearest neighbour in pixels hardly knows a shape: there is something to learn") {
  DatasetSpec spec = generated("shapes");
  spec.train_per_class = 200;
  spec.test_per_class = 20;
  spec.image_size = 24;
  const auto split = shapes(spec, 7);
  REQUIRE(split);
  const Dataset &train = split.value().train, &test = split.value().test;
  const double shape = nearest_accuracy(train.pixels, train.labels, test.pixels, test.labels);
  const double fine = nearest_accuracy(train.pixels, train.fine_labels, test.pixels, test.fine_labels);
  INFO("shape ", shape, ", fine ", fine);
  CHECK(shape < 0.6);
  CHECK(fine < 0.4);
}

TEST_CASE("every shape and filling can be drawn, more are refused by name") {
  DatasetSpec spec = generated("shapes");
  spec.classes = 12;
  spec.fine_per_class = 6;
  spec.train_per_class = 6;
  spec.test_per_class = 6;
  spec.image_size = 16;
  const auto split = shapes(spec, 1);
  REQUIRE(split);
  CHECK(*std::max_element(split.value().train.fine_labels.begin(), split.value().train.fine_labels.end()) == 71);
  spec.classes = 13;
  spec.fine_per_class = 7;
  const auto refused = shapes(spec, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fields.size() == 2);
}

}  // namespace ssem::trainer
