// `ssem explain`: what a logged loss value or a loss curve says about the training.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the command; running it sets `exit_code`. Both must outlive the parse.
void add_explain_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
