#include "trainer/models/small_cnn.h"

#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

namespace ssem::trainer {

SmallCnn::SmallCnn(std::int64_t channels, std::int64_t width, at::Generator& generator)
    : width_(width),
      convolutions_{Convolution(channels, width, 3, 1, 1, generator), Convolution(width, 2 * width, 3, 1, 1, generator),
                    Convolution(2 * width, 4 * width, 3, 1, 1, generator)},
      norms_{BatchNorm(width), BatchNorm(2 * width), BatchNorm(4 * width)} {}

at::Tensor SmallCnn::forward(const at::Tensor& input, const PassOptions& pass) const {
  at::Tensor x = input;
  for (std::size_t block = 0; block < convolutions_.size(); ++block) {
    x = at::relu(norms_[block].forward(convolutions_[block].forward(x, pass), pass));
    if (block + 1 < convolutions_.size()) x = at::max_pool2d(x, {2, 2});
  }
  return x.mean(at::IntArrayRef{2, 3});
}

void SmallCnn::collect(const std::string& prefix, NamedTensors& tensors) const {
  for (std::size_t block = 0; block < convolutions_.size(); ++block) {
    const std::string of_block = prefix + std::to_string(block) + '.';
    convolutions_[block].collect(of_block + "0.", tensors);
    norms_[block].collect(of_block + "1.", tensors);
  }
}

}  // namespace ssem::trainer
