#include "api/cli/text/report.h"

#include <algorithm>

#include "advisor/json/printable_text.h"
#include "api/cli/text/table.h"

namespace ssem::api::cli {
namespace {

using advisor::json::printable_lines;

constexpr std::size_t kLabelWidth = 38;
constexpr std::size_t kLeastGap = 2;
constexpr std::size_t kValueWidth = 12;
constexpr std::size_t kLeastNoteWidth = 24;  // narrower, a note goes below its row
constexpr int kLeastRowWidth = 60;           // narrower, a value goes below its label

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  if (result.size() < width) result.append(width - result.size(), ' ');
  return result;
}

}  // namespace

void Report::line(std::string_view text) {
  text_ += text.substr(0, text.find_last_not_of(' ') + 1);
  text_ += '\n';
}

void Report::wrapped(std::string_view start, std::string_view text) {
  text_ += wrap(start, printable_lines(text), style_.width);
}

void Report::verdict(std::string_view sentence, Tone tone) {
  std::string lines = wrap("", printable_lines(sentence), style_.width);
  lines.pop_back();
  line(style_.bold(tone == Tone::good ? style_.green(lines) : style_.red(lines)));
}

void Report::heading(std::string_view text) {
  std::string lines = wrap("", printable_lines(text), style_.width);
  lines.pop_back();
  text_ += '\n';
  line(style_.bold(lines));
}

void Report::row(std::string_view label, std::string_view value, std::string_view note) {
  if (style_.width < kLeastRowWidth) return narrow_row(label, value, note);
  // A label longer than its column keeps its distance.
  const std::string name = printable_lines(label);
  const std::string start = "  " + padded(name, std::max(kLabelWidth, name.size() + kLeastGap));
  if (note.empty()) {
    wrapped(start, value);
    return;
  }
  const std::string beside = start + padded(printable_lines(value), kValueWidth) + "  ";
  if (beside.size() + std::min(note.size(), kLeastNoteWidth) <= static_cast<std::size_t>(style_.width)) {
    wrapped(beside, note);
  } else {
    line(beside);
    wrapped("      ", note);
  }
}

void Report::narrow_row(std::string_view label, std::string_view value, std::string_view note) {
  label.remove_prefix(std::min(label.find_first_not_of(' '), label.size()));
  const std::string both = printable_lines(std::string(label) + ": " + std::string(value));
  if (both.size() + 2 <= static_cast<std::size_t>(style_.width)) {
    line("  " + both);
  } else {
    wrapped("  ", std::string(label) + ":");
    wrapped("      ", value);
  }
  if (!note.empty()) wrapped("      ", note);
}

void Report::sentence(std::string_view text) { wrapped("  - ", text); }

void Report::warning(std::string_view text) {
  std::string lines = wrap("  ! ", printable_lines(text), style_.width);
  lines.pop_back();
  line(style_.yellow(lines));
}

void Report::code(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    line("      " + printable_lines(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Report::table(const std::vector<std::string>& titles, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> shown = rows;
  for (std::vector<std::string>& cells : shown) {
    for (std::string& cell : cells) cell = printable_lines(cell);
  }
  text_ += table_text(titles, shown, style_);
}

}  // namespace ssem::api::cli
