#include "api/cli/text/report.h"

#include <algorithm>

#include "api/cli/text/table.h"

namespace ssem::api::cli {
namespace {

constexpr std::size_t kLabelWidth = 38;
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

void Report::verdict(std::string_view sentence, Tone tone) {
  std::string lines = wrap("", sentence, style_.width);
  lines.pop_back();
  line(style_.bold(tone == Tone::good ? style_.green(lines) : style_.red(lines)));
}

void Report::heading(std::string_view text) {
  std::string lines = wrap("", text, style_.width);
  lines.pop_back();
  text_ += '\n';
  line(style_.bold(lines));
}

void Report::row(std::string_view label, std::string_view value, std::string_view note) {
  if (style_.width < kLeastRowWidth) return narrow_row(label, value, note);
  const std::string start = "  " + padded(label, kLabelWidth);
  if (note.empty()) {
    text_ += wrap(start, value, style_.width);
    return;
  }
  const std::string beside = start + padded(value, kValueWidth) + "  ";
  if (beside.size() + std::min(note.size(), kLeastNoteWidth) <= static_cast<std::size_t>(style_.width)) {
    text_ += wrap(beside, note, style_.width);
  } else {
    line(beside);
    text_ += wrap("      ", note, style_.width);
  }
}

void Report::narrow_row(std::string_view label, std::string_view value, std::string_view note) {
  label.remove_prefix(std::min(label.find_first_not_of(' '), label.size()));
  const std::string both = std::string(label) + ": " + std::string(value);
  if (both.size() + 2 <= static_cast<std::size_t>(style_.width)) {
    line("  " + both);
  } else {
    text_ += wrap("  ", std::string(label) + ":", style_.width) + wrap("      ", value, style_.width);
  }
  if (!note.empty()) text_ += wrap("      ", note, style_.width);
}

void Report::sentence(std::string_view text) { text_ += wrap("  - ", text, style_.width); }

void Report::warning(std::string_view text) {
  std::string lines = wrap("  ! ", text, style_.width);
  lines.pop_back();
  line(style_.yellow(lines));
}

void Report::code(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    line("      " + std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Report::table(const std::vector<std::string>& titles, const std::vector<std::vector<std::string>>& rows) {
  text_ += table_text(titles, rows, style_);
}

}  // namespace ssem::api::cli
