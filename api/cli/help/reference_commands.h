// `ssem help`, `ssem version`, `ssem man`: what --help and --version show, as commands and as manual pages.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the commands; running one sets `exit_code`. Both must outlive the parse. Commands added later are known too.
void add_reference_commands(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
