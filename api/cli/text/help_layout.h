// The layout of --help: usage, flags in groups with wrapped explanations, examples and exit codes.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Commands added to `app` afterwards have the same layout.
void use_help_layout(CLI::App& app);

}  // namespace ssem::api::cli
