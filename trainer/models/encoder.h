// What is trained: a trunk and the projection head behind it, whose output is normalised.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "advisor/result.h"
#include "trainer/models/layers.h"
#include "trainer/models/trunk.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// Behind an mlp: one linear layer (head.weight). Behind the others the paper's head: linear without bias, batch
// normalisation, ReLU, linear (head.0.weight, head.1.*, head.3.*).
class Encoder {
 public:
  // `example_shape` as in Dataset. Weights depend on `seed` alone and are the same on every device. Errors: a
  // convolutional model for tables or for images too small for it (/model/kind).
  static Result<Encoder> make(const ModelSpec& model, const std::vector<std::int64_t>& example_shape,
                              std::uint64_t seed);

  // [N, ...example shape] float32 -> [N, features] float32.
  at::Tensor features(const at::Tensor& input, const PassOptions& pass) const;
  // [N, features] -> [N, projection] float32 of unit norm.
  at::Tensor project(const at::Tensor& features, const PassOptions& pass) const;
  at::Tensor embed(const at::Tensor& input, const PassOptions& pass) const {
    return project(features(input, pass), pass);
  }

  // model.* and head.*: parameters and buffers, in a fixed order.
  NamedTensors tensors() const;
  void move_to(c10::Device device) const;

 private:
  Encoder() = default;

  std::shared_ptr<const Trunk> trunk_;
  std::vector<Linear> linear_;
  std::vector<BatchNorm> norm_;
};

}  // namespace ssem::trainer
