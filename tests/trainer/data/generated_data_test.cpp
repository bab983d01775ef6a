#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "trainer/data/gaussian_hierarchy.h"
#include "trainer/data/load_data.h"
#include "trainer/data/shapes.h"
#include "trainer/data/split_data.h"

namespace ssem::trainer {
namespace {

DatasetSpec generated(const std::string& kind) {
  DatasetSpec spec;
  spec.kind = kind;
  return spec;
}

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

TEST_CASE("a hierarchy of Gaussians has its classes, fine classes, spread and noise") {
  DatasetSpec spec = generated("gaussian_hierarchy");
  spec.classes = 3;
  spec.fine_per_class = 2;
  spec.train_per_class = 4000;
  spec.columns = 20;
  spec.fine_spread = 2;
  spec.noise = 0.5;
  const DataSplit split = gaussian_hierarchy(spec, 4);
  const Dataset& data = split.train;
  REQUIRE(data.size() == 12000);
  std::vector<std::vector<double>> centres(6, std::vector<double>(20));
  for (std::size_t row = 0; row < 12000; ++row) {
    CHECK(data.labels[row] == data.fine_labels[row] / 2);
    for (std::size_t k = 0; k < 20; ++k) {
      centres[static_cast<std::size_t>(data.fine_labels[row])][k] +=
          static_cast<double>(data.features[row * 20 + k]) / 2000;
    }
  }
  double noise = 0;
  for (std::size_t row = 0; row < 12000; ++row) {
    for (std::size_t k = 0; k < 20; ++k) {
      noise += std::pow(static_cast<double>(data.features[row * 20 + k]) -
                            centres[static_cast<std::size_t>(data.fine_labels[row])][k],
                        2);
    }
  }
  CHECK(std::sqrt(noise / (12000 * 20)) == doctest::Approx(0.5).epsilon(0.02));
  CHECK(split.test.size() == 300);
}

TEST_CASE("generated data are the same for a seed and others for another") {
  for (const char* kind : {"gaussian_hierarchy", "shapes"}) {
    DatasetSpec spec = generated(kind);
    spec.train_per_class = 4;
    spec.test_per_class = 2;
    const auto first = load_data(spec, 1), again = load_data(spec, 1), other = load_data(spec, 2);
    REQUIRE(first);
    CHECK(first.value().train.pixels == again.value().train.pixels);
    CHECK(first.value().train.features == again.value().train.features);
    CHECK((first.value().train.pixels != other.value().train.pixels ||
           first.value().train.features != other.value().train.features));
  }
}

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
