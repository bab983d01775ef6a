#include "trainer/data/csv_table.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/load_data.h"

namespace ssem::trainer {

TEST_CASE("CSV files: quotes, words as labels, and faults with their line") {
  const TemporaryFolder folder;
  const std::string text =
      "a,\"the \"\"b\"\"\",label\r\n1,2,cat\r\n3,-4e-1,\"dog, small\"\r\n5,6,cat\r\n\r\n7,8,\"dog, small\"\r\n";
  const auto data = load_data(files("csv", folder.write("t.csv", text)), 1);
  REQUIRE(data);
  CHECK(data.value().train.class_names == std::vector<std::string>{"cat", "dog, small"});
  CHECK(data.value().train.size() == 2);
  CHECK(data.value().test.size() == 2);  // one of each class
  const auto fault = [&](const std::string& csv) { return fault_of(files("csv", folder.write("f.csv", csv))); };
  CHECK(has(fault("a,label\n1,0\nx,1\n"), "f.csv: line 3: column a must be a finite number, got \"x\""));
  CHECK(has(fault("a,label\n1,0\ninf,1\n"), "line 3: column a must be a finite number"));
  CHECK(has(fault("a,label\n1\n"), "line 2: has 1 fields, the header names 2"));
  CHECK(has(fault("a,label\n\"1,0\n"), "line 2: a quoted field does not end"));
  CHECK(has(fault("a,a,label\n1,2,0\n"), "same name"));
  CHECK(has(fault("a,b\n1,0\n"), "no column label"));
  CHECK(has(fault("a,label\n"), "no rows"));
  CHECK(has(fault("a,label\n1,0\n2,2\n"), "1 of 0 to 2 has no examples"));
  CHECK(has(fault("a,label\n1,0\n2,0\n"), "two classes or more"));
  CHECK(has(fault("a,label\n1,0\n2,1\n"), "/dataset/test_share"));
}

}  // namespace ssem::trainer
