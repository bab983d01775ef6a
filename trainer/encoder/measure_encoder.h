// What a trained encoder is like: its geometry, its loss and what can be read off it.
#pragma once

#include <ATen/core/Tensor.h>

#include "trainer/data/dataset.h"
#include "trainer/encoder/example_tensors.h"
#include "trainer/encoder/outputs.h"
#include "trainer/models/encoder.h"
#include "trainer/spec/train_spec.h"
#include "trainer/verdict/verdict.h"

namespace ssem::trainer {

struct EncoderParts {
  const Dataset& train;
  const Dataset& test;
  const ExampleTensors& train_tensors;
  const ExampleTensors& test_tensors;
  const Normalisation& normalisation;  // of both
};

struct EncoderMeasures {
  Measured measured;
  Outputs test;  // of all test examples
  Outputs bank;  // of at most kBankRows training examples, evenly spaced
};

// The geometry is that of the test images without augmentation, as the paper measures it, and the same of training
// images beside it, which decides about collapse; variance between views is that of augmented test images, their
// consistency that of augmented training images. Loss and
// gradient are means over ten augmented training batches in evaluation mode. Neighbours, probes and fine labels: fitted
// on training features (at most kBankRows, evenly spaced), asked on test features, and the probe on those of spoilt
// test images (spec.corruptions). `briefly` leaves these last ones out.
Result<EncoderMeasures> measure_encoder(const TrainSpec& spec, const Encoder& encoder, const EncoderParts& parts,
                                        c10::Device device, double max_within_class_variance, bool briefly);

// Instances of examples: their ids, or each its own.
std::vector<std::int64_t> instances_of(const Dataset& data);

}  // namespace ssem::trainer
