#include "trainer/data/csv_coordinates.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/load_data.h"

namespace ssem::trainer {
namespace {

using Names = std::vector<std::string>;

std::vector<std::size_t> label_columns(const CsvTable& table) {
  std::vector<std::size_t> columns;
  for (const char* name : {"label", "fine_label", "instance_id"}) {
    if (const auto column = table.column(name)) columns.push_back(*column);
  }
  return columns;
}

Names names_of(const CsvTable& table, const std::vector<std::size_t>& columns) {
  Names names;
  for (const std::size_t column : columns) names.push_back(table.columns[column]);
  return names;
}

Names names_of(const std::vector<LeftOutColumn>& left_out) {
  Names names;
  for (const LeftOutColumn& column : left_out) names.push_back(column.name);
  return names;
}

CsvTable table_of(const std::string& text) {
  const TemporaryFolder folder;
  auto read = read_csv(folder.write("t.csv", text));
  REQUIRE(read);
  return std::move(read).value();
}

}  // namespace

TEST_CASE("an embedding file's coordinates are told from its index, ids and predictions") {
  // The page's test reads the same file.
  std::ifstream file(SSEM_TRAINER_TEST_DATA_DIR "/csv_coordinates.json");
  const auto cases = nlohmann::json::parse(file);
  REQUIRE(cases.size() > 10);
  for (const auto& one : cases) {
    CAPTURE(one.at("why").get<std::string>());
    const CsvTable table = table_of(one.at("csv").get<std::string>());
    const auto found = find_coordinates(table, label_columns(table), CsvContent::embeddings);
    if (one.contains("refused")) {
      REQUIRE_FALSE(found);
      CAPTURE(found.error().message);
      CHECK(found.error().message.find(one.at("refused").get<std::string>()) != std::string::npos);
      CHECK(found.error().message.find("name the coordinates") != std::string::npos);
      continue;
    }
    REQUIRE(found);
    CHECK(names_of(table, found.value().columns) == one.at("taken").get<Names>());
    CHECK(names_of(found.value().left_out) == one.value("left", Names{}));
  }
}

TEST_CASE("features of a data set keep names of their own beside numbered ones") {
  const CsvTable table = table_of(",age,s1,s2,epoch,y,label\n0,33,1,2,5,1,0\n1,20,3,5,5,0,1\n2,41,4,4,5,0,1\n");
  const auto found = find_coordinates(table, label_columns(table), CsvContent::features);
  REQUIRE(found);
  CHECK(names_of(table, found.value().columns) == Names{"age", "s1", "s2"});
  CHECK(names_of(found.value().left_out) == Names{"", "epoch", "y"});
}

TEST_CASE("a data set's index is no feature, and its test file's columns are found by name") {
  const TemporaryFolder folder;
  DatasetSpec spec;
  spec.kind = "csv";
  spec.path = folder.write("train.csv", ",a,b,label\n0,1,2,x\n1,3,5,y\n2,4,4,y\n");
  spec.test_path = folder.write("test.csv", "b,label,a\n7,x,8\n6,y,9\n");
  const auto data = load_data(spec, 1);
  REQUIRE(data);
  CHECK(data.value().train.features == std::vector<float>{1, 2, 3, 5, 4, 4});
  CHECK(data.value().test.features == std::vector<float>{8, 7, 9, 6});
  CHECK(data.value().train.left_out == "the column without a name");
  spec.test_path = folder.write("other.csv", "c,label,a\n7,x,8\n6,y,9\n");
  const auto other = load_data(spec, 1);
  REQUIRE_FALSE(other);
  CHECK(other.error().message.find("other.csv: has no column b") != std::string::npos);
}

TEST_CASE("a data set's columns may be named: those alone, in that order, in the test file too") {
  const TemporaryFolder folder;
  DatasetSpec spec;
  spec.kind = "csv";
  spec.path = folder.write("train.csv", "e0,e1,age,epoch,label,fine_label\n1,2,30,5,x,u\n3,5,40,6,y,v\n4,4,50,7,y,u\n");
  spec.test_path = folder.write("test.csv", "label,fine_label,epoch,e1,e0\nx,u,1,7,8\ny,v,2,6,9\n");
  spec.embedding_columns = "epoch, e0:e1";
  const auto data = load_data(spec, 1);
  REQUIRE(data);
  CHECK(data.value().train.features == std::vector<float>{5, 1, 2, 6, 3, 5, 7, 4, 4});
  CHECK(data.value().test.features == std::vector<float>{1, 8, 7, 2, 9, 6});
  CHECK(data.value().train.left_out == "age (not named)");
  const auto fault = [&](const std::string& columns) {
    DatasetSpec other = spec;
    other.embedding_columns = columns;
    return fault_of(other);
  };
  CHECK(has(fault("e0, e2"), "train.csv: embedding_columns names the column e2; the file has e0, e1, age, epoch"));
  CHECK(has(fault("e1:e0"), "embedding_columns names e1:e0 backwards"));
  CHECK(has(fault("e0:e1, e1"), "embedding_columns names the column e1 twice"));
  CHECK(has(fault("e0,,e1"), "embedding_columns must hold names of columns"));
  CHECK(has(fault("epoch:label"), "embedding_columns names the column label, which holds labels"));
  CHECK(has(fault("fine_label"), "embedding_columns names the column fine_label, which holds labels"));
  CHECK(has(fault("age"), "test.csv: has no column age"));
}

TEST_CASE("a long list of left out columns is cut") {
  std::vector<LeftOutColumn> left_out(12, {"id", "not a coordinate's name"});
  left_out.front() = {"", "without a name"};
  const std::string text = left_out_text(left_out);
  CHECK(text.starts_with("the column without a name, id (not a coordinate's name), id"));
  CHECK(text.ends_with("and 2 more"));
}

}  // namespace ssem::trainer
