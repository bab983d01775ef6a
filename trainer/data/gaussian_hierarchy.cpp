#include "trainer/data/gaussian_hierarchy.h"

#include <cmath>

#include "trainer/data/random_numbers.h"

namespace ssem::trainer {
namespace {

std::vector<double> at_distance(double distance, std::int64_t columns, RandomNumbers& random) {
  std::vector<double> point(static_cast<std::size_t>(columns));
  double square = 0;
  for (double& value : point) {
    value = random.normal();
    square += value * value;
  }
  for (double& value : point) value *= distance / std::sqrt(square);
  return point;
}

void add_rows(const DatasetSpec& spec, const std::vector<std::vector<double>>& centres, std::int64_t per_class,
              RandomNumbers& random, Dataset& data) {
  data.name = spec.kind;
  data.shape = {spec.columns};
  for (std::int64_t c = 0; c < spec.classes; ++c) {
    for (std::int64_t row = 0; row < per_class; ++row) {
      const std::int64_t fine = c * spec.fine_per_class + row % spec.fine_per_class;
      for (const double centre : centres[static_cast<std::size_t>(fine)]) {
        data.features.push_back(static_cast<float>(centre + spec.noise * random.normal()));
      }
      data.labels.push_back(c);
      data.fine_labels.push_back(fine);
    }
  }
}

}  // namespace

DataSplit gaussian_hierarchy(const DatasetSpec& spec, std::uint64_t seed) {
  RandomNumbers random(seed);
  std::vector<std::vector<double>> centres;
  for (std::int64_t c = 0; c < spec.classes; ++c) {
    const auto of_class = at_distance(kClassDistance, spec.columns, random);
    for (std::int64_t fine = 0; fine < spec.fine_per_class; ++fine) {
      auto centre = at_distance(spec.fine_spread, spec.columns, random);
      for (std::size_t k = 0; k < centre.size(); ++k) centre[k] += of_class[k];
      centres.push_back(std::move(centre));
    }
  }
  DataSplit split;
  add_rows(spec, centres, spec.train_per_class, random, split.train);
  add_rows(spec, centres, spec.test_per_class, random, split.test);
  return split;
}

}  // namespace ssem::trainer
