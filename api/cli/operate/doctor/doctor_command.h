// The command `ssem doctor`: what a server would find here, and what to do about it.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

void add_doctor_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
