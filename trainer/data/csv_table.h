// A CSV file as text (RFC 4180: fields may be quoted, quotes inside are doubled), separated by commas, semicolons or
// tabs, whichever the first line has most of. Between semicolons a decimal comma is a point.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::trainer {

struct CsvTable {
  std::string path;
  // From the first line; where that is all numbers, broken ones among them: x0, x1, ..., and label for the last or the
  // first column if that alone holds whole numbers.
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint64_t> lines;  // of each row in the file, from 1

  std::optional<std::size_t> column(std::string_view name) const;
  // The first of the names, in small letters, that is there in any case.
  std::optional<std::size_t> column_among(std::span<const std::string_view> names) const;
};

// A field as a number; none when it is something else. Numbers that are not finite are numbers here.
std::optional<float> csv_number(std::string_view field);
std::optional<std::int64_t> csv_integer(std::string_view field);

// Errors name file and line: another number of fields than the header, an open quote, a column named twice, no rows.
Result<CsvTable> read_csv(const std::string& path);

// Numbers of the columns `chosen`, row by row. Errors name file, line and column of what is no finite number.
Result<std::vector<float>> csv_numbers(const CsvTable& table, const std::vector<std::size_t>& chosen);

// Whole numbers as they are, 2.0 too; other text numbered from 0 in sorted order, its words into `names`.
Result<std::vector<std::int64_t>> csv_labels(const CsvTable& table, std::size_t column,
                                             std::vector<std::string>* names);

}  // namespace ssem::trainer
