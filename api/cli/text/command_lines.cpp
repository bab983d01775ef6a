#include "api/cli/text/command_lines.h"

#include <string_view>

namespace ssem::api::cli {

std::string command_lines(const std::string& command, std::size_t indent, int width) {
  const std::size_t room = static_cast<std::size_t>(width) - 2;
  std::string lines;
  std::string line(indent, ' ');
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t at = 0; at <= command.size(); ++at) {
    if (at < command.size() && command[at] == '\'') quoted = !quoted;
    const bool breaks = at == command.size() || (!quoted && command[at] == ' ' && at + 1 < command.size() &&
                                                 std::string_view("-|>").find(command[at + 1]) != std::string::npos);
    if (!breaks) continue;
    const std::string part = command.substr(start, at - start);
    if (start > 0 && line.size() + part.size() > room) {
      lines += line + " \\\n";
      line = std::string(indent + 4, ' ') + part.substr(1);
    } else {
      line += part;
    }
    start = at;
  }
  return lines + line + '\n';
}

}  // namespace ssem::api::cli
