#include "trainer/encoder/example_tensors.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "trainer/augment/image_views.h"
#include "trainer/augment/table_views.h"

namespace ssem::trainer {
namespace {

constexpr double kWhite = 255;

struct Sums {
  double sum = 0, square = 0, count = 0;
  void add(double value) {
    sum += value;
    square += value * value;
    ++count;
  }
};

// Channel k of an image is one run of its pixels, column k of a table row one number.
template <class Value>
std::vector<Sums> sums_of(const std::vector<Value>& values, std::size_t groups, std::size_t run, double unit) {
  std::vector<Sums> sums(groups);
  for (std::size_t begin = 0, group = 0; begin < values.size(); begin += run, group = (group + 1) % groups) {
    for (std::size_t k = begin; k < begin + run; ++k) sums[group].add(static_cast<double>(values[k]) / unit);
  }
  return sums;
}

at::Tensor examples_of(const Dataset& data, c10::Device device) {
  std::vector<std::int64_t> shape{data.size()};
  shape.insert(shape.end(), data.shape.begin(), data.shape.end());
  // Copied, by to() or else by clone(): the data set may go.
  const void* bytes = data.holds_images() ? static_cast<const void*>(data.pixels.data()) : data.features.data();
  const at::ScalarType type = data.holds_images() ? at::kByte : at::kFloat;
  return at::from_blob(const_cast<void*>(bytes), shape, type).clone().to(device);
}

}  // namespace

Normalisation normalisation_of(const Dataset& train) {
  const auto groups = static_cast<std::size_t>(train.shape.front());
  std::size_t run = 1;
  for (std::size_t k = 1; k < train.shape.size(); ++k) run *= static_cast<std::size_t>(train.shape[k]);
  const auto sums =
      train.holds_images() ? sums_of(train.pixels, groups, run, kWhite) : sums_of(train.features, groups, run, 1);
  Normalisation normalisation;
  for (const Sums& of_group : sums) {
    const double mean = of_group.sum / of_group.count;
    const double variance = std::max(0.0, of_group.square / of_group.count - mean * mean);
    const bool constant = variance <= 1e-12 * (1 + mean * mean);
    normalisation.mean.push_back(static_cast<float>(mean));
    normalisation.deviation.push_back(constant ? 1.0F : static_cast<float>(std::sqrt(variance)));
  }
  return normalisation;
}

ExampleTensors::ExampleTensors(const Dataset& data, const Normalisation& normalisation, c10::Device device)
    : examples_(examples_of(data, device)) {
  std::vector<std::int64_t> broadcast(data.shape.size() + 1, 1);
  broadcast[1] = data.shape.front();
  const auto on_device = [&](const std::vector<float>& values) {
    return at::tensor(values).view(broadcast).to(device);
  };
  mean_ = on_device(normalisation.mean);
  deviation_ = on_device(normalisation.deviation);
}

at::Tensor ExampleTensors::taken(std::span<const std::int64_t> rows, std::int64_t repeats) const {
  std::vector<std::int64_t> repeated;
  repeated.reserve(rows.size() * static_cast<std::size_t>(repeats));
  for (const std::int64_t row : rows) repeated.insert(repeated.end(), static_cast<std::size_t>(repeats), row);
  const at::Tensor index = at::tensor(repeated, at::kLong).to(examples_.device());
  const at::Tensor examples = at::index_select(examples_, 0, index);
  return examples.scalar_type() == at::kByte ? examples.to(at::kFloat).div_(kWhite) : examples;
}

at::Tensor ExampleTensors::normalised(const at::Tensor& examples) const { return examples.sub(mean_).div_(deviation_); }

at::Tensor ExampleTensors::plain(std::span<const std::int64_t> rows) const { return normalised(taken(rows, 1)); }

at::Tensor ExampleTensors::views(std::span<const std::int64_t> rows, std::int64_t views, const AugmentSpec& augment,
                                 StepRandom& random) const {
  const at::Tensor examples = taken(rows, views);
  if (!augment.enabled) return normalised(examples);
  // Images are changed as colours in [0, 1], tables in units of their own spread.
  if (examples_.scalar_type() == at::kByte) return normalised(image_views(examples, augment, random));
  return table_views(normalised(examples), augment, random);
}

}  // namespace ssem::trainer
