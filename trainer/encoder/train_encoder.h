// The training loop: batches, views, loss, steps, progress, checkpoints.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "advisor/result.h"
#include "trainer/control/variance_control.h"
#include "trainer/encoder/example_tensors.h"
#include "trainer/events/events.h"
#include "trainer/measure/geometry.h"
#include "trainer/models/encoder.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// What the loop trains on. `labels` and `instances` are those of the training examples.
struct EncoderData {
  const ExampleTensors& train;
  std::span<const std::int64_t> labels, instances;
};

// What is looked at while a run goes on, in evaluation mode and without augmentation.
struct Watch {
  std::function<Geometry()> test;          // of some test images: what progress tells
  std::function<double()> train_variance;  // unbiased, of some training images: what a steered run holds
};

struct EncoderCourse {
  std::int64_t steps = 0;
  bool cancelled = false;
  double elapsed_s = 0;  // of training alone, over all its parts
  double images_per_s = 0;
  std::vector<Progress> course;
  std::vector<ControlStep> control;  // of a run that is steered
};

// Trains `encoder` in place; with `control` the loss weight of each step is its.  Progress comes 200 times over a run
// of known length, each with the mean loss since the one before, or twice a second under a budget in seconds. A run
// resumed from a checkpoint first hands the progress of its past to `record`. With an output directory there is a
// checkpoint every checkpoint_every_steps and at the end; the two latest are kept. Errors: a batch the data cannot
// fill, a checkpoint that does not fit, a loss that is not finite (with its cause), a full disk.
Result<EncoderCourse> train_encoder(const TrainSpec& spec, const EncoderData& data, const Encoder& encoder,
                                    c10::Device device, const Watch& watch, std::optional<VarianceControl> control,
                                    EventSink& events, EventSink& record, const StopFlag& stop);

// Steps of the budget; nothing where it is in seconds.
std::optional<std::int64_t> total_steps(const TrainSpec& spec, std::int64_t examples);

PassOptions pass_options(const TrainSpec& spec, bool training);

// Rows of a batch of images with `views` views each, one after the other.
Result<BatchRows> rows_of_views(std::span<const std::int64_t> batch, std::int64_t views, const EncoderData& data);

}  // namespace ssem::trainer
