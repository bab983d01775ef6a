// A command to type in lines of a width, which a shell takes as one.
#pragma once

#include <string>

namespace ssem::api::cli {

// Breaks in front of flags, pipes and redirections outside of quotes, behind a backslash. What stands between them is
// left whole.
std::string command_lines(const std::string& command, std::size_t indent, int width);

}  // namespace ssem::api::cli
