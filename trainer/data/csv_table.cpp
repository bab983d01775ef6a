#include "trainer/data/csv_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

Error fault_on(const std::string& path, std::uint64_t line, const std::string& message) {
  return fault_in(path, "line " + std::to_string(line) + ": " + message);
}

// Splits a text into records, quotes and all.
class Records {
 public:
  Records(const std::string& path, std::string_view text) : path_(path), text_(text) {}

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
      } else if (letter == ',') {
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

}  // namespace

std::optional<float> csv_number(std::string_view field) { return number_from<float>(field); }
std::optional<std::int64_t> csv_integer(std::string_view field) { return number_from<std::int64_t>(field); }

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

Result<CsvTable> read_csv(const std::string& path) {
  const auto whole = read_file(path);
  if (!whole) return whole.error();
  const auto& bytes = whole.value().bytes;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Records records(path, text);
  CsvTable table;
  table.path = path;
  auto header = records.next();
  if (!header) return header.error();
  for (const std::string& name : header.value()) table.columns.emplace_back(trimmed(name));
  const std::set<std::string> names(table.columns.begin(), table.columns.end());
  if (names.size() != table.columns.size()) return fault_on(path, 1, "two columns have the same name");
  while (!records.at_end()) {
    const std::uint64_t line = records.line();
    auto row = records.next();
    if (!row) return row.error();
    if (row.value().size() == 1 && trimmed(row.value().front()).empty()) continue;
    if (row.value().size() != table.columns.size()) {
      return fault_on(path, line,
                      "has " + std::to_string(row.value().size()) + " fields, the header names " +
                          std::to_string(table.columns.size()));
    }
    table.rows.push_back(std::move(row).value());
    table.lines.push_back(line);
  }
  if (table.rows.empty()) return fault_in(path, "has no rows below its header");
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
    const auto value = csv_integer(row[column]);
    if (!value) break;
    labels.push_back(*value);
  }
  if (labels.size() == table.rows.size()) return labels;
  std::map<std::string, std::int64_t> numbered;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string word(trimmed(table.rows[row][column]));
    if (word.empty()) return fault_on(table.path, table.lines[row], "column " + table.columns[column] + " is empty");
    numbered.emplace(word, 0);
  }
  std::int64_t next = 0;
  for (auto& [word, number] : numbered) {
    number = next++;
    if (names != nullptr) names->push_back(word);
  }
  labels.clear();
  for (const auto& row : table.rows) labels.push_back(numbered.at(std::string(trimmed(row[column]))));
  return labels;
}

}  // namespace ssem::trainer
