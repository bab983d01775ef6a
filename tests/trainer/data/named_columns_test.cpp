#include "trainer/data/named_columns.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"

namespace ssem::trainer {
namespace {

CsvTable table_with(const std::vector<std::string>& columns) {
  CsvTable table;
  table.columns = columns;
  return table;
}

std::string columns_fault(const std::vector<std::string>& columns, const std::string& list) {
  const auto found = named_columns(table_with(columns), list);
  return found ? "found" : found.error().message;
}

}  // namespace

TEST_CASE("named columns are taken in the order they are named, ranges in the file's, a name before a range") {
  const CsvTable table = table_with({"id", "e0", "e1", "e2", "e0:e2", "label"});
  const auto columns = [&](const std::string& list) { return named_columns(table, list).value(); };
  CHECK(columns("e1") == std::vector<std::size_t>{2});
  CHECK(columns("e2, id") == std::vector<std::size_t>{3, 0});
  CHECK(columns("e0 : e2") == std::vector<std::size_t>{1, 2, 3});
  CHECK(columns("e0:e2") == std::vector<std::size_t>{4});
  CHECK(columns("e0:e1,label") == std::vector<std::size_t>{1, 2, 5});
}

TEST_CASE("a column that is not there is named beside those that are, the first ten and the last") {
  CHECK(columns_fault({"a", "b"}, "a:c") == "names the column c; the file has a, b");
  std::vector<std::string> many;
  for (int k = 0; k < 13; ++k) many.push_back("e" + std::to_string(k));
  CHECK(has(columns_fault(many, "e13"), "e8, e9 and 3 more, the last of them e12"));
  CHECK(has(columns_fault({"a", "b"}, "b:a"), "backwards"));
  CHECK(has(columns_fault({"a", "b"}, "a,a"), "names the column a twice"));
  for (const char* list : {",", "a,", " ", ":"}) CHECK(columns_fault({"a", "b"}, list) != "found");
}

}  // namespace ssem::trainer
