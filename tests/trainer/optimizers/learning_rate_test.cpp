#include "trainer/optimizers/learning_rate.h"

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {

TEST_CASE("the rate warms up, falls as a cosine and ends where it should") {
  ScheduleSpec schedule;
  schedule.warmup_share = 0.1;
  schedule.final_share = 0.2;
  CHECK(learning_rate(schedule, 1, 0.05) == doctest::Approx(0.5));
  CHECK(learning_rate(schedule, 1, 0.1) == doctest::Approx(1));
  CHECK(learning_rate(schedule, 1, 0.55) == doctest::Approx(0.6));
  CHECK(learning_rate(schedule, 1, 1) == doctest::Approx(0.2));
  schedule.kind = "constant";
  CHECK(learning_rate(schedule, 1, 0.9) == 1);
}

}  // namespace ssem::trainer
