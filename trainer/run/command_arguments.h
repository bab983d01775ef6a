// The command line of ssem-train.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "advisor/result.h"

namespace ssem::trainer {

struct CommandArguments {
  std::string spec = "-";  // a file, or stdin
  std::optional<std::string> device;
  std::optional<std::string> output_directory;
  bool progress = true;
  bool fault_text = true;  // on stderr, besides the event
  bool help = false;
  bool version = false;
};

// Without the program's name. --flag VALUE and --flag=VALUE are the same; "--" ends the flags. Errors name the word,
// with the flag that was probably meant.
Result<CommandArguments> read_arguments(std::span<const char* const> words);

// What --help prints.
extern const char* const kUsage;

}  // namespace ssem::trainer
