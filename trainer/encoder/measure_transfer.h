// What an encoder's features are worth on data that it was not trained on.
#pragma once

#include <ATen/core/Tensor.h>

#include "advisor/result.h"
#include "trainer/encoder/example_tensors.h"
#include "trainer/encoder/outputs.h"
#include "trainer/models/encoder.h"
#include "trainer/spec/train_spec.h"
#include "trainer/verdict/verdict.h"

namespace ssem::trainer {

// The encoder as it is asked here, and what it was trained with.
struct TrainedEncoder {
  const Encoder& encoder;
  const Normalisation& normalisation;  // of the training data: what the encoder expects of others too
  std::vector<std::int64_t> shape;     // of an example
  PassOptions pass;
  c10::Device device;
  std::uint64_t seed;
};

// Fits probe and neighbours on each data set's own training part (at most kBankRows) and asks them on its test part;
// its fine labels count where it has some. Errors: data that cannot be read, examples of another shape, with the path
// /transfer/k.
Result<std::vector<TransferMeasure>> measure_transfer(const std::vector<DatasetSpec>& datasets,
                                                      const TrainedEncoder& trained);

// `bank` are outputs for training images, `own` for test images of the data trained on. Both parts of each foreign data
// set count, at most kForeignRows of them. Errors as above, with the path /foreign_data/k.
Result<std::vector<ForeignMeasure>> measure_foreign(const std::vector<DatasetSpec>& datasets,
                                                    const TrainedEncoder& trained, const Outputs& bank,
                                                    const Outputs& own);

inline constexpr std::int64_t kForeignRows = 5'000;

}  // namespace ssem::trainer
