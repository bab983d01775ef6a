// The flags of `ssem serve` that change its settings: each with its group, default, rule and environment variable.
#pragma once

namespace CLI {
class App;
}
namespace ssem::api::http {
struct Settings;
}

namespace ssem::api::cli {

// What the flags and variables say is written to `settings`, which must outlive the parse.
void add_serve_settings(CLI::App& command, http::Settings& settings);

}  // namespace ssem::api::cli
