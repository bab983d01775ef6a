// The commands `ssem backup` and `ssem restore`: the database as one file, and back.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

void add_copy_commands(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
