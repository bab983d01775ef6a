#include "api/cli/text/text_style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ssem::api::cli {
namespace {

constexpr int kNarrowest = 30;
constexpr int kWidest = 120;
constexpr std::size_t kLeastRoom = 20;  // behind the start of a line, however narrow it is

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// 0 where neither COLUMNS nor a terminal says it.
int columns() {
  const char* variable = std::getenv("COLUMNS");
  const int given = variable == nullptr ? 0 : std::atoi(variable);
  winsize size{};
  if (given > 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return given;
  return size.ws_col;
}

}  // namespace

TextStyle text_style_of_stdout() {
  TextStyle style;
  if (const int width = columns(); width > 0) style.width = std::clamp(width, kNarrowest, kWidest);
  if (::isatty(STDOUT_FILENO) == 0) return style;
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  style.colour = !is_set("NO_COLOR") && !dumb;
  return style;
}

std::string wrap(std::string_view first, std::string_view text, int width) {
  const std::string indent(first.size(), ' ');
  const auto whole = static_cast<std::size_t>(std::max(width, 0));
  const std::size_t room = std::max(kLeastRoom, whole - std::min(whole, first.size()));
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
