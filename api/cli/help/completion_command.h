// `ssem completion SHELL`: prints a completion script made from the commands and flags themselves.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the command; running it sets `exit_code`. Both must outlive the parse. Commands added later are completed too.
void add_completion_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
