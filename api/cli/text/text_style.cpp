#include "api/cli/text/text_style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ssem::api::cli {
namespace {

constexpr int kNarrowest = 60;
constexpr int kWidest = 120;

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

TextStyle text_style_of_stdout() {
  TextStyle style;
  if (::isatty(STDOUT_FILENO) == 0) return style;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = std::clamp(static_cast<int>(size.ws_col), kNarrowest, kWidest);
  }
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  style.colour = !is_set("NO_COLOR") && !dumb;
  return style;
}

std::string wrap(std::string_view first, std::string_view text, int width) {
  const std::string indent(first.size(), ' ');
  const std::size_t room = std::max<std::size_t>(20, static_cast<std::size_t>(std::max(width, 0)) > first.size()
                                                         ? static_cast<std::size_t>(width) - first.size()
                                                         : 0);
  std::string lines;
  std::string_view start = first;
  do {
    std::size_t end = text.size();
    if (end > room) {
      end = text.rfind(' ', room);
      if (end == std::string_view::npos || end == 0) end = std::min(text.find(' ', room), text.size());
    }
    lines += start;
    lines += text.substr(0, end);
    lines += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
    start = indent;
  } while (!text.empty());
  return lines;
}

}  // namespace ssem::api::cli
