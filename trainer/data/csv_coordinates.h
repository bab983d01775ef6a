// Which columns of a table are coordinates, and which are an index, an id, a prediction or other bookkeeping.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/csv_table.h"

namespace ssem::trainer {

struct LeftOutColumn {
  std::string name;
  std::string why;  // as it follows the name in brackets
};

struct CsvCoordinates {
  std::vector<std::size_t> columns;  // in the order of the file
  std::vector<LeftOutColumn> left_out;
};

enum class CsvContent {
  embeddings,  // coordinates are numbered: x0, x1, ..., or 0, 1, ..., or end in x, y (and z)
  features,    // of a data set: columns with names of their own
};

// Of the columns other than `labels` (label, fine label, instance):
//  - without a name, with a name of bookkeeping (id, index, epoch, pred, target, ...): left out, and named;
//  - embeddings with one set of numbered names: these, and every other column is left out and named;
//  - otherwise all columns of numbers, except one that counts the rows (a written index), are coordinates.
// Errors name the file and say how to name columns: two sets of numbered names, a numbered set with holes beside other
// columns, as many other columns as numbered ones, no coordinate left. web/src/embeddings/csv_coordinates.ts has the
// same rule, and the same cases in its test.
Result<CsvCoordinates> find_coordinates(const CsvTable& table, const std::vector<std::size_t>& labels,
                                        CsvContent content);

// "the column without a name, epoch (not a coordinate's name)"; the first ten and how many more.
std::string left_out_text(const std::vector<LeftOutColumn>& left_out);

}  // namespace ssem::trainer
