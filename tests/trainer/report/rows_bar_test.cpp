#include "trainer/report/rows_bar.h"

#include <doctest/doctest.h>

namespace ssem::trainer {

TEST_CASE("how far a file is read is said in rows and in whole per cent") {
  CHECK(rows_line(0, 10'000'000) == "reading: 0 of 10,000,000 rows, 0 %");
  CHECK(rows_line(1'250'000, 10'000'000) == "reading: 1,250,000 of 10,000,000 rows, 12 %");
  CHECK(rows_line(3, 3) == "reading: 3 of 3 rows, 100 %");
}

}  // namespace ssem::trainer
