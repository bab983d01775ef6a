#include "trainer/audit/embedding_file.h"

#include <string>

#include "tests/support/doctest_beside_torch.h"
#include "tests/trainer/audit/made_rows.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {
namespace {}  // namespace

TEST_CASE("an embedding file without numbers, rows or direction is refused, by row") {
  const TemporaryFolder folder;
  const auto fault = [&](const char* name, const char* text) {
    const auto read = read_embedding_file(folder.write(name, text));
    return read ? std::string() : read.error().message;
  };
  CHECK(fault("good.csv", "label,a,b\n0,1,2\n1,3,4\n").empty());
  CHECK(has(fault("zero.csv", "label,a,b\n0,1,2\n1,0,0\n"), "zero.csv: row 1 is all zeros"));
  CHECK(has(fault("one.csv", "label,a,b\n0,1,2\n"), "two embeddings"));
  CHECK(has(fault("bare.csv", "label\n0\n1\n"), "one column or more"));
  CHECK(has(fault("text.csv", "label,a\n0,1\n1,cat\n"), "line 3"));
  CHECK(has(fault("rows.txt", "x"), "must end in"));
  CHECK(has(fault("rows.pkl", "x"), "may run code"));
  CHECK(has(fault("rows.pt", "x"), "no zip archive"));
}

}  // namespace ssem::trainer
