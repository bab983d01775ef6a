#include "trainer/optimizers/adamw.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <utility>

namespace ssem::trainer {
namespace {

constexpr double kBetaMean = 0.9;
constexpr double kBetaSquare = 0.999;
constexpr double kEpsilon = 1e-8;

}  // namespace

AdamW::AdamW(const OptimizerSpec& spec, NamedTensors parameters)
    : weight_decay_(spec.weight_decay), parameters_(std::move(parameters)), steps_(at::zeros({}, at::kLong)) {
  for (const NamedTensor& entry : parameters_) {
    means_.push_back({"optimizer.mean." + entry.name, at::zeros_like(entry.tensor.detach()), false});
    squares_.push_back({"optimizer.square." + entry.name, at::zeros_like(entry.tensor.detach()), false});
  }
}

void AdamW::step(double learning_rate) {
  const at::NoGradGuard no_gradient;
  steps_.add_(1);
  const auto count = static_cast<double>(steps_.item<std::int64_t>());
  const double mean_correction = 1 - std::pow(kBetaMean, count);
  const double square_correction = std::sqrt(1 - std::pow(kBetaSquare, count));
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const at::Tensor& parameter = parameters_[k].tensor;
    const at::Tensor gradient = parameter.grad();
    if (!gradient.defined()) continue;
    parameter.mul_(1 - learning_rate * weight_decay_);
    const at::Tensor& mean = means_[k].tensor;
    const at::Tensor& square = squares_[k].tensor;
    mean.mul_(kBetaMean).add_(gradient, 1 - kBetaMean);
    square.mul_(kBetaSquare).addcmul_(gradient, gradient, 1 - kBetaSquare);
    parameter.addcdiv_(mean, square.sqrt().div_(square_correction).add_(kEpsilon), -learning_rate / mean_correction);
  }
}

NamedTensors AdamW::state() const {
  NamedTensors all = means_;
  all.insert(all.end(), squares_.begin(), squares_.end());
  all.push_back({"optimizer.steps", steps_, false});
  return all;
}

}  // namespace ssem::trainer
