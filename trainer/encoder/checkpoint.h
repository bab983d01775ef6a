// Everything a run needs to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/control/variance_control.h"
#include "trainer/events/events.h"
#include "trainer/models/layers.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// Besides the tensors. Random numbers and batches follow from seed and step.
struct CheckpointState {
  std::int64_t step = 0;
  double elapsed_s = 0;
  std::vector<Progress> course;
  std::vector<ControlStep> control;  // of a run that is steered
};

// A safetensors file: model.*, head.*, optimizer.*, course [entries, 11] and, of a run that is steered, control [steps,
// 6], with step, elapsed_s, spec and a CRC-32 of it all as metadata.
// The whole file or none of it appears at `path`.
std::optional<Error> write_checkpoint(const std::string& path, const TrainSpec& spec, const NamedTensors& tensors,
                                      const CheckpointState& state);

// Copies the file's values into `tensors`. `path` may be a folder: the checkpoint of the highest step in it is taken.
// Errors name /resume_from: a file that is not a checkpoint or is damaged, other tensors, or another run: everything of
// the spec but budget, device, folder and checkpoint interval must be the same.
Result<CheckpointState> read_checkpoint(const std::string& path, const TrainSpec& spec, const NamedTensors& tensors);

// DIRECTORY/checkpoints/step_N.safetensors.
std::string checkpoint_path(const std::string& output_directory, std::int64_t step);
// Removes all checkpoints there but the latest `kept`.
void remove_old_checkpoints(const std::string& output_directory, std::size_t kept);

}  // namespace ssem::trainer
