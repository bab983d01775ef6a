// Layers as plain structs of tensors, named as PyTorch names them, so that checkpoints fit its modules.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ssem::trainer {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
  bool trained = true;  // false: a buffer, such as running statistics
};
using NamedTensors = std::vector<NamedTensor>;

// How a forward pass is computed. Weights stay float32; products of bfloat16 copies are a choice for CUDA.
struct PassOptions {
  bool training = false;  // batch statistics in normalisation layers, which update their running ones
  at::ScalarType products = at::kFloat;
};

// [N, in] -> [N, out]. Weights and bias uniform in +-1/sqrt(in), PyTorch's default.
class Linear {
 public:
  Linear(std::int64_t in, std::int64_t out, bool has_bias, at::Generator& generator);
  at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const;
  void collect(const std::string& prefix, NamedTensors& tensors) const;

 private:
  at::Tensor weight_, bias_;
};

// [N, in, h, w] -> [N, out, h', w'], square kernel, no bias. Weights normal with variance 2 / (out * kernel^2), as
// torchvision's ResNet.
class Convolution {
 public:
  Convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
              at::Generator& generator);
  at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const;
  void collect(const std::string& prefix, NamedTensors& tensors) const;

 private:
  at::Tensor weight_;
  std::int64_t stride_, padding_;
};

// Over all but the second dimension, with weight and bias; momentum .1, epsilon 1e-5.
class BatchNorm {
 public:
  explicit BatchNorm(std::int64_t channels);
  at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const;
  void collect(const std::string& prefix, NamedTensors& tensors) const;

 private:
  at::Tensor weight_, bias_, running_mean_, running_var_, batches_;
};

}  // namespace ssem::trainer
