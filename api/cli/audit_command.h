// `ssem audit FILE`: what embeddings that somebody has are like. ssem-train does the work.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the command; running it sets `exit_code`. Both must outlive the parse.
void add_audit_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
