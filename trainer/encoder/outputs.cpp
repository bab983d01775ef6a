#include "trainer/encoder/outputs.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>

namespace ssem::trainer {

Outputs outputs_of(const Encoder& encoder, const ExampleTensors& examples, std::span<const std::int64_t> rows,
                   const PassOptions& pass) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> features, embeddings;
  for (std::size_t begin = 0; begin < rows.size(); begin += kPassRows) {
    const auto part = rows.subspan(begin, std::min<std::size_t>(kPassRows, rows.size() - begin));
    features.push_back(encoder.features(examples.plain(part), pass));
    embeddings.push_back(encoder.project(features.back(), pass));
  }
  return {at::cat(features), at::cat(embeddings)};
}

std::vector<std::int64_t> spaced_rows(std::int64_t size, std::int64_t most) {
  const std::int64_t count = std::min(size, most);
  std::vector<std::int64_t> rows;
  for (std::int64_t k = 0; k < count; ++k) rows.push_back(k * size / count);
  return rows;
}

}  // namespace ssem::trainer
