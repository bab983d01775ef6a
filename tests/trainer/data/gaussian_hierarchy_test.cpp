#include "trainer/data/gaussian_hierarchy.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"

namespace ssem::trainer {
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

}  // namespace ssem::trainer
