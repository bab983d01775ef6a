// Which variables of the environment are nobody's business but the server's.
#pragma once

#include <string_view>

namespace ssem::api::processes {

// API keys, passwords, tokens and the clouds' credentials, by their names in any case. A list of what is refused, not
// of what is passed on: launchers and GPU libraries need variables that only their site knows.
bool is_secret_variable(std::string_view name);

}  // namespace ssem::api::processes
