#include "trainer/models/resnet18.h"

#include <ATen/ops/relu.h>

namespace ssem::trainer {

ResNet18::Block::Block(std::int64_t in, std::int64_t out, std::int64_t stride, at::Generator& generator)
    : conv1(in, out, 3, stride, 1, generator), bn1(out), conv2(out, out, 3, 1, 1, generator), bn2(out) {
  if (stride == 1 && in == out) return;
  shortcut.emplace(in, out, 1, stride, 0, generator);
  shortcut_norm.emplace(out);
}

at::Tensor ResNet18::Block::forward(const at::Tensor& input, const PassOptions& pass) const {
  at::Tensor x = at::relu(bn1.forward(conv1.forward(input, pass), pass));
  x = bn2.forward(conv2.forward(x, pass), pass);
  return at::relu(x.add(shortcut ? shortcut_norm->forward(shortcut->forward(input, pass), pass) : input));
}

void ResNet18::Block::collect(const std::string& prefix, NamedTensors& tensors) const {
  conv1.collect(prefix + "conv1.", tensors);
  bn1.collect(prefix + "bn1.", tensors);
  conv2.collect(prefix + "conv2.", tensors);
  bn2.collect(prefix + "bn2.", tensors);
  if (!shortcut) return;
  shortcut->collect(prefix + "downsample.0.", tensors);
  shortcut_norm->collect(prefix + "downsample.1.", tensors);
}

ResNet18::ResNet18(std::int64_t channels, std::int64_t width, at::Generator& generator)
    : width_(width), conv1_(channels, width, 3, 1, 1, generator), bn1_(width) {
  std::int64_t in = width;
  for (const std::int64_t times : {1, 2, 4, 8}) {
    const std::int64_t out = times * width;
    blocks_.emplace_back(in, out, times == 1 ? 1 : 2, generator);
    blocks_.emplace_back(out, out, 1, generator);
    in = out;
  }
}

at::Tensor ResNet18::forward(const at::Tensor& input, const PassOptions& pass) const {
  at::Tensor x = at::relu(bn1_.forward(conv1_.forward(input, pass), pass));
  for (const Block& block : blocks_) x = block.forward(x, pass);
  return x.mean(at::IntArrayRef{2, 3});
}

void ResNet18::collect(const std::string& prefix, NamedTensors& tensors) const {
  conv1_.collect(prefix + "conv1.", tensors);
  bn1_.collect(prefix + "bn1.", tensors);
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const std::string place = "layer" + std::to_string(k / 2 + 1) + '.' + std::to_string(k % 2) + '.';
    blocks_[k].collect(prefix + place, tensors);
  }
}

}  // namespace ssem::trainer
