// Three blocks of 3x3 convolution, batch normalisation, ReLU, halved in between, then the mean over places: width, 2
// width and 4 width channels. For small images where a ResNet is too slow. Names: 0.0.weight (block 0, layer 0) and so
// on.
#pragma once

#include <array>

#include "trainer/models/trunk.h"

namespace ssem::trainer {

class SmallCnn : public Trunk {
 public:
  SmallCnn(std::int64_t channels, std::int64_t width, at::Generator& generator);
  at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const override;
  std::int64_t features() const override { return 4 * width_; }
  void collect(const std::string& prefix, NamedTensors& tensors) const override;

  static constexpr std::int64_t kLeastSide = 8;  // pixels: two halvings and a 3x3 kernel

 private:
  std::int64_t width_;
  std::array<Convolution, 3> convolutions_;
  std::array<BatchNorm, 3> norms_;
};

}  // namespace ssem::trainer
