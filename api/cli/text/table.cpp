#include "api/cli/text/table.h"

#include <algorithm>
#include <numeric>

namespace ssem::api::cli {
namespace {

using Cells = std::vector<std::string>;
using Widths = std::vector<std::size_t>;

constexpr std::size_t kGap = 2;  // behind a column, and in front of the first

std::size_t longest_word(const std::string& title) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < title.size();) {
    const std::size_t end = std::min(title.find(' ', at), title.size());
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  return longest;
}

Widths widths_of(const Cells& titles, const std::vector<Cells>& rows, bool titles_break) {
  Widths widths;
  widths.reserve(titles.size());
  for (const std::string& title : titles) widths.push_back(titles_break ? longest_word(title) : title.size());
  for (const Cells& cells : rows) {
    for (std::size_t column = 0; column < cells.size(); ++column) {
      widths[column] = std::max(widths[column], cells[column].size());
    }
  }
  return widths;
}

bool fits(const Widths& widths, const TextStyle& style) {
  const std::size_t whole = std::accumulate(widths.begin(), widths.end(), kGap * widths.size());
  return whole <= static_cast<std::size_t>(style.width);
}

std::string line_of(const Cells& cells, const Widths& widths) {
  std::string text;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    const std::string& cell = cells[column];
    const std::string space(widths[column] - cell.size(), ' ');
    const bool number = !cell.empty() && (cell.find_first_of("0123456789") == 0 || cell.front() == '-');
    text += std::string(kGap, ' ') + (number ? space + cell : cell + space);
  }
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string titles_text(const Cells& titles, const Widths& widths, const TextStyle& style) {
  Cells rest = titles;
  std::string text;
  do {
    Cells line(rest.size());
    for (std::size_t column = 0; column < rest.size(); ++column) {
      std::string& title = rest[column];
      const std::size_t end = title.size() <= widths[column] ? title.size() : title.rfind(' ', widths[column]);
      line[column] = title.substr(0, end);
      title.erase(0, end + 1);
    }
    text += style.dim(line_of(line, widths)) + '\n';
  } while (std::any_of(rest.begin(), rest.end(), [](const std::string& title) { return !title.empty(); }));
  return text;
}

std::string sentences(const Cells& titles, const std::vector<Cells>& rows, const TextStyle& style) {
  std::string text;
  for (const Cells& cells : rows) {
    std::string sentence;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      if (column > 0) sentence += titles.front().empty() && column == 1 ? ": " : ", ";
      if (!titles[column].empty()) sentence += titles[column] + ' ';
      sentence += cells[column];
    }
    text += wrap("  - ", sentence, style.width);
  }
  return text;
}

}  // namespace

std::string table_text(const std::vector<std::string>& titles, const std::vector<std::vector<std::string>>& rows,
                       const TextStyle& style) {
  Widths widths = widths_of(titles, rows, false);
  if (!fits(widths, style)) widths = widths_of(titles, rows, true);
  if (!fits(widths, style)) return sentences(titles, rows, style);
  std::string text = titles_text(titles, widths, style);
  for (const Cells& cells : rows) text += line_of(cells, widths) + '\n';
  return text;
}

}  // namespace ssem::api::cli
