// ssem-train as a child process: the only way in which ssem meets the trainer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/json/training/process.h"
#include "advisor/result.h"

namespace ssem::api::cli {

// What the commands end with that start ssem-train and pass its exit codes on.
inline constexpr int kTrainerFailed = static_cast<int>(advisor::json::training::ExitCode::failed);

struct TrainerCall {
  std::vector<std::string> arguments;
  std::optional<std::string> input;  // absent: the child has this process's stdin
};

// Runs the trainer to its end and gives it each line of its stdout as it comes; false from `on_line` means that nobody
// reads any more, and the trainer is told to stop. stderr is shared. SIGINT and SIGTERM that arrive meanwhile go on to
// the trainer, which then ends in its own way. Returns its exit code, kTrainerFailed when a signal ended it. Errors: it
// cannot be found or started.
Result<int> run_trainer(const TrainerCall& call, const std::function<bool(std::string_view line)>& on_line);

// What a person is told when the trainer could not be started; kTrainerFailed.
int trainer_missing(const Error& error);

}  // namespace ssem::api::cli
