// Columns of a table that somebody names: "e0:e127, bias".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/csv_coordinates.h"
#include "trainer/data/csv_table.h"

namespace ssem::trainer {

// Names and ranges apart by commas, spaces around them left out; FIRST:LAST are the columns from the one to the other
// in the file's order. A column whose name holds a colon is meant before a range is. In the order they were named.
// Errors: a name that the table does not have, with those that it has; a range backwards; a column twice; nothing
// named. web/src/embeddings/named_columns.ts has the same rule.
Result<std::vector<std::size_t>> named_columns(const CsvTable& table, std::string_view list);

// Those columns, and every other one but `labels` left out.
CsvCoordinates coordinates_as_named(const CsvTable& table, std::vector<std::size_t> columns,
                                    const std::vector<std::size_t>& labels);

}  // namespace ssem::trainer
