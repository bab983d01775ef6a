#include "trainer/data/csv_table.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "trainer/data/array.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

Error fault_on(const std::string& path, std::uint64_t line, const std::string& message) {
  return fault_in(path, "line " + std::to_string(line) + ": " + message);
}

// Splits a text into records, quotes and all.
class Records {
 public:
  Records(const std::string& path, std::string_view text, char separator)
      : path_(path), text_(text), separator_(separator) {}

  bool at_end() const { return at_ >= text_.size(); }
  std::uint64_t line() const { return line_; }

  Result<std::vector<std::string>> next() {
    std::vector<std::string> fields(1);
    const std::uint64_t begin = line_;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char letter = text_[at_];
      if (quoted) {
        if (letter == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          fields.back() += '"';
          ++at_;
        } else if (letter == '"') {
          quoted = false;
        } else {
          fields.back() += letter;
          line_ += letter == '\n' ? 1U : 0U;
        }
      } else if (letter == '"' && fields.back().empty()) {
        quoted = true;
      } else if (letter == separator_) {
        fields.emplace_back();
      } else if (letter == '\n') {
        break;
      } else if (letter != '\r' || at_ + 1 >= text_.size() || text_[at_ + 1] != '\n') {
        fields.back() += letter;
      }
    }
    if (quoted) return fault_on(path_, begin, "a quoted field does not end");
    ++at_;
    ++line_;
    return fields;
  }

 private:
  const std::string& path_;
  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  text = trimmed(text);
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Of the first line, outside quotes.
char separator_of(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (const char letter : text) {
    if (letter == '"') quoted = !quoted;
    if (quoted) continue;
    if (letter == '\n') break;
    commas += letter == ',' ? 1U : 0U;
    semicolons += letter == ';' ? 1U : 0U;
    tabs += letter == '\t' ? 1U : 0U;
  }
  if (tabs > commas && tabs > semicolons) return '\t';
  return semicolons > 0 && semicolons >= commas ? ';' : ',';
}

// 0,25 as it is written where semicolons separate.
void point_for_comma(std::string& field) {
  const std::size_t comma = field.find(',');
  if (comma == std::string::npos || field.find(',', comma + 1) != std::string::npos) return;
  std::string pointed = field;
  pointed[comma] = '.';
  if (number_from<double>(pointed)) field = std::move(pointed);
}

bool are_numbers(const std::vector<std::string>& fields) {
  bool broken = false;
  for (const std::string& field : fields) {
    if (!number_from<double>(field)) return false;
    broken = broken || !number_from<std::int64_t>(field);
  }
  return broken && fields.size() > 1;
}

std::optional<std::int64_t> whole_number(std::string_view field) {
  if (const auto value = csv_integer(field)) return value;
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const auto value = number_from<double>(field);
  if (!value || std::floor(*value) != *value || std::abs(*value) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

void name_columns(CsvTable& table) {
  const std::size_t count = table.rows.front().size();
  std::vector<std::size_t> whole;
  for (std::size_t column = 0; column < count; ++column) {
    if (std::all_of(table.rows.begin(), table.rows.end(),
                    [&](const auto& row) { return whole_number(row[column]).has_value(); })) {
      whole.push_back(column);
    }
  }
  const bool tells = whole.size() == 1 && (whole[0] == 0 || whole[0] + 1 == count);
  std::size_t number = 0;
  for (std::size_t column = 0; column < count; ++column) {
    table.columns.push_back(tells && column == whole[0] ? "label" : "x" + std::to_string(number++));
  }
}

}  // namespace

std::optional<float> csv_number(std::string_view field) { return number_from<float>(field); }
std::optional<std::int64_t> csv_integer(std::string_view field) { return number_from<std::int64_t>(field); }

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

std::optional<std::size_t> CsvTable::column_among(std::span<const std::string_view> names) const {
  const auto same = [](std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
  };
  for (const std::string_view name : names) {
    for (std::size_t column = 0; column < columns.size(); ++column) {
      if (same(columns[column], name)) return column;
    }
  }
  return std::nullopt;
}

Result<CsvTable> read_csv(const std::string& path) {
  const auto whole = read_file(path);
  if (!whole) return whole.error();
  const auto& bytes = whole.value().bytes;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const char separator = separator_of(text);
  Records records(path, text, separator);
  CsvTable table;
  table.path = path;
  auto header = records.next();
  if (!header) return header.error();
  const bool headerless = are_numbers(header.value());
  const std::size_t width = header.value().size();
  if (headerless) {
    table.rows.push_back(std::move(header).value());
    table.lines.push_back(1);
  } else {
    for (const std::string& name : header.value()) table.columns.emplace_back(trimmed(name));
    const std::set<std::string> names(table.columns.begin(), table.columns.end());
    if (names.size() != table.columns.size()) return fault_on(path, 1, "two columns have the same name");
  }
  while (!records.at_end()) {
    const std::uint64_t line = records.line();
    auto row = records.next();
    if (!row) return row.error();
    if (row.value().size() == 1 && trimmed(row.value().front()).empty()) continue;
    if (row.value().size() != width) {
      return fault_on(path, line,
                      "has " + std::to_string(row.value().size()) + " fields, the " +
                          (headerless ? "first line has " : "header names ") + std::to_string(width));
    }
    table.rows.push_back(std::move(row).value());
    if (separator == ';') std::for_each(table.rows.back().begin(), table.rows.back().end(), point_for_comma);
    table.lines.push_back(line);
  }
  if (table.rows.empty()) return fault_in(path, "has no rows below its header");
  if (headerless) name_columns(table);
  return table;
}

Result<std::vector<float>> csv_numbers(const CsvTable& table, const std::vector<std::size_t>& chosen) {
  std::vector<float> numbers;
  numbers.reserve(table.rows.size() * chosen.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (const std::size_t column : chosen) {
      const auto value = csv_number(table.rows[row][column]);
      if (!value || !std::isfinite(*value)) {
        return fault_on(table.path, table.lines[row],
                        "column " + table.columns[column] + " must be a finite number, got \"" +
                            table.rows[row][column].substr(0, 40) + '"');
      }
      numbers.push_back(*value);
    }
  }
  return numbers;
}

Result<std::vector<std::int64_t>> csv_labels(const CsvTable& table, std::size_t column,
                                             std::vector<std::string>* names) {
  std::vector<std::int64_t> labels;
  for (const auto& row : table.rows) {
    const auto value = whole_number(row[column]);
    if (!value) break;
    labels.push_back(*value);
  }
  if (labels.size() == table.rows.size()) return labels;
  std::vector<std::string> words;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    words.emplace_back(trimmed(table.rows[row][column]));
    if (words.back().empty())
      return fault_on(table.path, table.lines[row], "column " + table.columns[column] + " is empty");
  }
  return word_numbers(words, names);
}

}  // namespace ssem::trainer
