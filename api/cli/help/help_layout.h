// The layout of --help: usage, flags in groups with wrapped explanations, examples and exit codes.
#pragma once

#include <string>

#include "api/cli/help/help_page.h"

namespace ssem::api::cli {

// No line is longer than `width` but for what cannot be broken: a word, or a part of a command to type.
std::string help_text(const HelpPage& page, int width);

// Commands added to `app` afterwards have the same layout.
void use_help_layout(CLI::App& app);

}  // namespace ssem::api::cli
