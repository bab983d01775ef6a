// `ssem recommend`: the loss weight and temperature to train with.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the command; running it sets `exit_code`. Both must outlive the parse.
void add_recommend_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
