#include "api/cli/explain/curve_table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::cli {
namespace {

using advisor::LoggedPoint;

constexpr std::array<std::string_view, 7> kStepNames{"step", "global_step", "global step", "iteration",
                                                     "iter", "batch",       "epoch"};
constexpr std::array<std::string_view, 5> kPassedOver{"wall time", "wall_time", "timestamp", "_timestamp", "time"};
constexpr std::size_t kMostColumns = 10'000;

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return small;
}

std::string_view bare(std::string_view cell) {
  const auto blank = [](char letter) { return letter == ' ' || letter == '\r' || letter == '\t'; };
  while (!cell.empty() && blank(cell.front())) cell.remove_prefix(1);
  while (!cell.empty() && blank(cell.back())) cell.remove_suffix(1);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
  return cell;
}

std::optional<double> number_in(std::string_view cell) {
  const std::string small = lower(cell);
  if (small == "nan" || small == "-nan") return std::numeric_limits<double>::quiet_NaN();
  if (small == "inf" || small == "infinity" || small == "+inf") return std::numeric_limits<double>::infinity();
  if (small == "-inf" || small == "-infinity") return -std::numeric_limits<double>::infinity();
  double value = 0;
  const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (read.ec != std::errc{} || read.ptr != cell.data() + cell.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> cells_of(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  while (cells.size() < kMostColumns) {
    // A separator inside quotes belongs to the cell.
    bool quoted = false;
    std::size_t end = 0;
    for (; end < line.size() && (quoted || line[end] != separator); ++end) quoted = quoted != (line[end] == '"');
    cells.push_back(bare(line.substr(0, end)));
    if (end == line.size()) break;
    line.remove_prefix(end + 1);
  }
  return cells;
}

char separator_of(std::string_view line) {
  for (const char separator : {'\t', ';', ','}) {
    if (line.find(separator) != std::string_view::npos) return separator;
  }
  return ',';
}

struct Columns {
  std::optional<std::size_t> step;
  std::vector<std::size_t> values;
  std::vector<std::string> names;  // of the values
};

Columns columns_of(const std::vector<std::string_view>& first, bool named) {
  Columns columns;
  if (!named) {
    if (first.size() > 1) columns.step = 0;
    for (std::size_t i = first.size() > 1 ? 1 : 0; i < first.size(); ++i) {
      columns.values.push_back(i);
      columns.names.push_back("column " + std::to_string(i + 1));
    }
    return columns;
  }
  for (const std::string_view wanted : kStepNames) {
    for (std::size_t i = 0; i < first.size() && !columns.step; ++i) {
      if (lower(first[i]) == wanted) columns.step = i;
    }
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::string small = lower(first[i]);
    const bool passed = std::find(kPassedOver.begin(), kPassedOver.end(), small) != kPassedOver.end() ||
                        std::find(kStepNames.begin(), kStepNames.end(), small) != kStepNames.end();
    if (i == columns.step || passed) continue;
    columns.values.push_back(i);
    columns.names.emplace_back(first[i]);
  }
  return columns;
}

std::string at_line(std::size_t line) { return "line " + std::to_string(line) + ": "; }

}  // namespace

Result<std::vector<NamedCurve>> read_curve_table(std::string_view text, const std::optional<std::string>& name) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::optional<Columns> columns;
  std::size_t chosen = 0;
  std::size_t width = 0;
  char separator = ',';
  NamedCurve curve;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (bare(row).empty()) continue;
    if (!columns) separator = separator_of(row);
    const std::vector<std::string_view> cells = cells_of(row, separator);
    if (!columns) {
      const bool named =
          std::none_of(cells.begin(), cells.end(), [](std::string_view cell) { return number_in(cell).has_value(); });
      width = cells.size();
      columns = columns_of(cells, named);
      if (columns->values.empty()) return curve_fault(at_line(line) + "no column of values beside the steps");
      const auto which = choose_curve(columns->names, name);
      if (!which) return which.error();
      chosen = columns->values[which.value()];
      curve.name = columns->names[which.value()];
      if (named) continue;
    }
    if (cells.size() != width) {
      return curve_fault(at_line(line) + "must have " + std::to_string(width) + " cells as the first line, got " +
                         std::to_string(cells.size()));
    }
    if (cells[chosen].empty()) continue;
    const auto value = number_in(cells[chosen]);
    const auto step = columns->step ? number_in(cells[*columns->step])
                                    : std::optional<double>(static_cast<double>(curve.points.size()));
    if (!value || !step || !std::isfinite(*step)) {
      const std::string_view wrong = value ? cells[*columns->step] : cells[chosen];
      return curve_fault(at_line(line) + "must be a number, got \"" + advisor::json::quote_for_message(wrong) + "\"");
    }
    if (!curve.points.empty() && !(*step > curve.points.back().step)) {
      return curve_fault(at_line(line) + "must have a step above the one before it, got " +
                         advisor::json::quote_for_message(cells[*columns->step]));
    }
    curve.points.push_back({*step, *value});
  }
  if (curve.points.empty()) return curve_fault("no row of numbers");
  return std::vector<NamedCurve>{std::move(curve)};
}

}  // namespace ssem::api::cli
