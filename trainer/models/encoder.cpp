#include "trainer/models/encoder.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/relu.h>

#include "trainer/models/mlp.h"
#include "trainer/models/resnet18.h"
#include "trainer/models/small_cnn.h"

namespace ssem::trainer {
namespace {

constexpr double kLeastNorm = 1e-12;

std::optional<Error> wrong_shape(const ModelSpec& model, const std::vector<std::int64_t>& shape) {
  FaultList faults;
  if (model.kind != "mlp" && shape.size() != 3) {
    faults.add("/model/kind", "must be mlp for tables, got " + model.kind);
  } else if (model.kind != "mlp" && std::min(shape[1], shape[2]) < SmallCnn::kLeastSide) {
    faults.add("/model/kind", "must be mlp for images below " + std::to_string(SmallCnn::kLeastSide) +
                                  " pixels a side, got " + model.kind);
  }
  if (faults.empty()) return std::nullopt;
  return faults.to_error();
}

}  // namespace

Result<Encoder> Encoder::make(const ModelSpec& model, const std::vector<std::int64_t>& example_shape,
                              std::uint64_t seed) {
  if (auto fault = wrong_shape(model, example_shape)) return *std::move(fault);
  at::Generator generator = at::detail::createCPUGenerator(seed);
  Encoder encoder;
  if (model.kind == "mlp") {
    std::int64_t columns = 1;
    for (const std::int64_t side : example_shape) columns *= side;
    encoder.trunk_ = std::make_shared<Mlp>(columns, model.hidden, generator);
    encoder.linear_.emplace_back(encoder.trunk_->features(), model.projection, true, generator);
    return encoder;
  }
  if (model.kind == "small_cnn") {
    encoder.trunk_ = std::make_shared<SmallCnn>(example_shape[0], model.width, generator);
  } else {
    encoder.trunk_ = std::make_shared<ResNet18>(example_shape[0], model.width, generator);
  }
  const std::int64_t features = encoder.trunk_->features();
  encoder.linear_.emplace_back(features, features, false, generator);
  encoder.norm_.emplace_back(features);
  encoder.linear_.emplace_back(features, model.projection, true, generator);
  return encoder;
}

at::Tensor Encoder::features(const at::Tensor& input, const PassOptions& pass) const {
  return trunk_->forward(input, pass).to(at::kFloat);
}

at::Tensor Encoder::project(const at::Tensor& features, const PassOptions& pass) const {
  at::Tensor x = linear_.front().forward(features, pass);
  if (!norm_.empty()) x = linear_.back().forward(at::relu(norm_.front().forward(x, pass)), pass);
  x = x.to(at::kFloat);
  return x.div(x.norm(2, {1}, true).clamp_min(kLeastNorm));
}

NamedTensors Encoder::tensors() const {
  NamedTensors all;
  trunk_->collect("model.", all);
  if (norm_.empty()) {
    linear_.front().collect("head.", all);
  } else {
    linear_.front().collect("head.0.", all);
    norm_.front().collect("head.1.", all);
    linear_.back().collect("head.3.", all);
  }
  return all;
}

void Encoder::move_to(c10::Device device) const {
  const at::NoGradGuard no_gradient;
  // set_data keeps the handles that layers and optimizers share.
  for (const NamedTensor& entry : tensors()) entry.tensor.set_data(entry.tensor.to(device));
}

}  // namespace ssem::trainer
