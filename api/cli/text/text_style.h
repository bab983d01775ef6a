// How wide a report may be, and whether it may use colour.
#pragma once

#include <string>
#include <string_view>

namespace ssem::api::cli {

struct TextStyle {
  int width = 100;      // characters in a line
  bool colour = false;  // ANSI escapes

  std::string bold(std::string_view text) const { return wrapped(text, "\x1b[1m"); }
  std::string green(std::string_view text) const { return wrapped(text, "\x1b[32m"); }
  std::string red(std::string_view text) const { return wrapped(text, "\x1b[31m"); }
  std::string yellow(std::string_view text) const { return wrapped(text, "\x1b[33m"); }
  std::string dim(std::string_view text) const { return wrapped(text, "\x1b[2m"); }

 private:
  std::string wrapped(std::string_view text, std::string_view escape) const {
    if (!colour) return std::string(text);
    return std::string(escape) + std::string(text) + "\x1b[0m";
  }
};

// COLUMNS, else the terminal, gives the width (30 to 120). A terminal has colour, unless NO_COLOR is set or TERM is
// dumb.
TextStyle text_style_of_stdout();

// Breaks text at spaces. The first line starts behind `first`, the others behind as many spaces.
std::string wrap(std::string_view first, std::string_view text, int width);

}  // namespace ssem::api::cli
