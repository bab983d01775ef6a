// `ssem serve`: flags, environment variables and defaults of the server's settings.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the subcommand to `app`. When it is chosen, it serves during parsing and leaves its exit code in `exit_code`.
void add_serve_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
