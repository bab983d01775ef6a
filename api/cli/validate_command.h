// `ssem validate`: trains with the recommendation, or with a given pair, and holds the result against the prediction.
#pragma once

namespace CLI {
class App;
}

namespace ssem::api::cli {

// Adds the command; running it sets `exit_code`. Both must outlive the parse.
void add_validate_command(CLI::App& app, int& exit_code);

}  // namespace ssem::api::cli
