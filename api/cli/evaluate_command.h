// `ssem evaluate`: what one loss weight and temperature do to a problem.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the command; running it sets `exit_code`. Both must outlive the parse.
void add_evaluate_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
