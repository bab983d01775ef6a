// A data set on the device that trains, ready for the encoder.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "trainer/augment/step_random.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// (x - mean) / deviation of each channel or column, taken from the training examples; a constant one is only shifted.
struct Normalisation {
  std::vector<float> mean, deviation;
};
Normalisation normalisation_of(const Dataset& train);

class ExampleTensors {
 public:
  ExampleTensors(const Dataset& data, const Normalisation& normalisation, c10::Device device);

  std::int64_t size() const { return examples_.size(0); }
  // Examples as they are, [rows, ...example shape] float32 normalised.
  at::Tensor plain(std::span<const std::int64_t> rows) const;
  // `views` augmented views of each row, one after the other: [rows * views, ...].
  at::Tensor views(std::span<const std::int64_t> rows, std::int64_t views, const AugmentSpec& augment,
                   StepRandom& random) const;

 private:
  at::Tensor taken(std::span<const std::int64_t> rows, std::int64_t repeats) const;
  at::Tensor normalised(const at::Tensor& examples) const;

  at::Tensor examples_;  // uint8 images or float32 tables
  at::Tensor mean_, deviation_;
};

}  // namespace ssem::trainer
