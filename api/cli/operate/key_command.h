// ssem key new: a random API key and its line for the server's file of keys.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// As add_serve_command.
void add_key_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
