// What an encoder makes of examples as they are.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "trainer/encoder/example_tensors.h"
#include "trainer/models/encoder.h"

namespace ssem::trainer {

struct Outputs {
  at::Tensor features;    // [N, features]
  at::Tensor embeddings;  // [N, projection] of unit norm
};

inline constexpr std::int64_t kPassRows = 512;     // examples that pass through the encoder at once
inline constexpr std::int64_t kBankRows = 20'000;  // training examples that neighbours and probes know

// In evaluation mode (running statistics, no gradient), without augmentation, in batches.
Outputs outputs_of(const Encoder& encoder, const ExampleTensors& examples, std::span<const std::int64_t> rows,
                   const PassOptions& pass);

// At most `most` of 0 .. size - 1, evenly spaced.
std::vector<std::int64_t> spaced_rows(std::int64_t size, std::int64_t most);

// The values at `rows`; none of none.
template <class Value>
std::vector<Value> chosen(const std::vector<Value>& values, std::span<const std::int64_t> rows) {
  std::vector<Value> picked;
  if (values.empty()) return picked;
  for (const std::int64_t row : rows) picked.push_back(values[static_cast<std::size_t>(row)]);
  return picked;
}

}  // namespace ssem::trainer
