// ResNet-18 (He et al., 2016) with the stem used for CIFAR: a 3x3 convolution of stride 1 and no pooling. Parameters
// have torchvision's names (conv1.weight, layer2.0.downsample.1.running_mean), without its fc.
#pragma once

#include <optional>

#include "trainer/models/trunk.h"

namespace ssem::trainer {

class ResNet18 : public Trunk {
 public:
  // `width`: channels of the first layer, 64 as published; the others have 2, 4 and 8 times as many.
  ResNet18(std::int64_t channels, std::int64_t width, at::Generator& generator);
  at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const override;
  std::int64_t features() const override { return 8 * width_; }
  void collect(const std::string& prefix, NamedTensors& tensors) const override;

 private:
  struct Block {
    Block(std::int64_t in, std::int64_t out, std::int64_t stride, at::Generator& generator);
    at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const;
    void collect(const std::string& prefix, NamedTensors& tensors) const;

    Convolution conv1;
    BatchNorm bn1;
    Convolution conv2;
    BatchNorm bn2;
    std::optional<Convolution> shortcut;
    std::optional<BatchNorm> shortcut_norm;
  };

  std::int64_t width_;
  Convolution conv1_;
  BatchNorm bn1_;
  std::vector<Block> blocks_;  // two of each of the four layers
};

}  // namespace ssem::trainer
