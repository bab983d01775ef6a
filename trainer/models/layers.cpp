#include "trainer/models/layers.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace ssem::trainer {
namespace {

constexpr double kMomentum = 0.1;
constexpr double kEpsilon = 1e-5;

at::Tensor uniform(at::IntArrayRef shape, double bound, at::Generator& generator) {
  return at::empty(shape, at::kFloat).uniform_(-bound, bound, generator).requires_grad_();
}

}  // namespace

Linear::Linear(std::int64_t in, std::int64_t out, bool has_bias, at::Generator& generator)
    : weight_(uniform({out, in}, 1 / std::sqrt(static_cast<double>(in)), generator)) {
  if (has_bias) bias_ = uniform({out}, 1 / std::sqrt(static_cast<double>(in)), generator);
}

at::Tensor Linear::forward(const at::Tensor& input, const PassOptions& pass) const {
  return at::linear(input.to(pass.products), weight_.to(pass.products),
                    bias_.defined() ? c10::optional<at::Tensor>(bias_.to(pass.products)) : c10::nullopt);
}

void Linear::collect(const std::string& prefix, NamedTensors& tensors) const {
  tensors.push_back({prefix + "weight", weight_});
  if (bias_.defined()) tensors.push_back({prefix + "bias", bias_});
}

Convolution::Convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                         std::int64_t padding, at::Generator& generator)
    : stride_(stride), padding_(padding) {
  const double deviation = std::sqrt(2 / static_cast<double>(out * kernel * kernel));
  weight_ = at::empty({out, in, kernel, kernel}, at::kFloat).normal_(0, deviation, generator).requires_grad_();
}

at::Tensor Convolution::forward(const at::Tensor& input, const PassOptions& pass) const {
  return at::conv2d(input.to(pass.products), weight_.to(pass.products), {}, {stride_, stride_}, {padding_, padding_});
}

void Convolution::collect(const std::string& prefix, NamedTensors& tensors) const {
  tensors.push_back({prefix + "weight", weight_});
}

BatchNorm::BatchNorm(std::int64_t channels)
    : weight_(at::ones({channels}, at::kFloat).requires_grad_()),
      bias_(at::zeros({channels}, at::kFloat).requires_grad_()),
      running_mean_(at::zeros({channels}, at::kFloat)),
      running_var_(at::ones({channels}, at::kFloat)),
      batches_(at::zeros({}, at::kLong)) {}

at::Tensor BatchNorm::forward(const at::Tensor& input, const PassOptions& pass) const {
  if (pass.training) at::Tensor(batches_).add_(1);
  // Statistics of bfloat16 products are taken in float32.
  return at::batch_norm(input.to(at::kFloat), weight_, bias_, running_mean_, running_var_, pass.training, kMomentum,
                        kEpsilon, true);
}

void BatchNorm::collect(const std::string& prefix, NamedTensors& tensors) const {
  tensors.push_back({prefix + "weight", weight_});
  tensors.push_back({prefix + "bias", bias_});
  tensors.push_back({prefix + "running_mean", running_mean_, false});
  tensors.push_back({prefix + "running_var", running_var_, false});
  tensors.push_back({prefix + "num_batches_tracked", batches_, false});
}

}  // namespace ssem::trainer
