#include "trainer/data/named_columns.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "advisor/json/quote_for_message.h"

namespace ssem::trainer {
namespace {

using advisor::json::quote_for_message;

constexpr std::size_t kMostShown = 10;

Error not_so(const std::string& message) { return {ErrorCode::invalid_argument, message, {}}; }

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Error no_column(const CsvTable& table, std::string_view name) {
  std::string text = "names the column " + quote_for_message(name) + "; the file has ";
  for (std::size_t k = 0; k < std::min(table.columns.size(), kMostShown); ++k) {
    text += (k == 0 ? "" : ", ") + quote_for_message(table.columns[k]);
  }
  if (table.columns.size() > kMostShown) {
    text += " and " + std::to_string(table.columns.size() - kMostShown) + " more, the last of them " +
            quote_for_message(table.columns.back());
  }
  return not_so(text);
}

struct ColumnRange {
  std::size_t first = 0, last = 0;
};

Result<ColumnRange> range_of(const CsvTable& table, std::string_view piece) {
  if (const auto whole = table.column(piece)) return ColumnRange{*whole, *whole};
  const std::size_t colon = piece.find(':');
  if (colon == std::string_view::npos) return no_column(table, piece);
  const std::string_view begin = without_spaces(piece.substr(0, colon)), end = without_spaces(piece.substr(colon + 1));
  const auto first = table.column(begin), last = table.column(end);
  if (!first || !last) return no_column(table, first ? end : begin);
  if (*first > *last)
    return not_so("names " + quote_for_message(piece) + " backwards: the first stands after the last");
  return ColumnRange{*first, *last};
}

}  // namespace

Result<std::vector<std::size_t>> named_columns(const CsvTable& table, std::string_view list) {
  std::vector<bool> taken(table.columns.size(), false);
  std::vector<std::size_t> columns;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    const std::string_view piece = without_spaces(list.substr(begin, comma - begin));
    begin = comma + 1;
    if (piece.empty()) return not_so("must hold names of columns with commas between them, such as e0:e127, bias");
    const auto range = range_of(table, piece);
    if (!range) return range.error();
    for (std::size_t column = range.value().first; column <= range.value().last; ++column) {
      if (taken[column]) return not_so("names the column " + quote_for_message(table.columns[column]) + " twice");
      taken[column] = true;
      columns.push_back(column);
    }
  }
  return columns;
}

CsvCoordinates coordinates_as_named(const CsvTable& table, std::vector<std::size_t> columns,
                                    const std::vector<std::size_t>& labels) {
  CsvCoordinates found{std::move(columns), {}};
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const auto is_in = [&](const std::vector<std::size_t>& list) {
      return std::find(list.begin(), list.end(), column) != list.end();
    };
    if (!is_in(found.columns) && !is_in(labels)) found.left_out.push_back({table.columns[column], "not named"});
  }
  return found;
}

}  // namespace ssem::trainer
