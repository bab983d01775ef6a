// The executable ssem: its commands, and what happens when the command line itself is wrong.
#pragma once

namespace ssem::api::cli {

// Runs one command and returns the exit code (exit_codes.h). Never throws.
int run_command_line(int argc, char** argv) noexcept;

}  // namespace ssem::api::cli
