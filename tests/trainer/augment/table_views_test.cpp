#include "trainer/augment/table_views.h"

#include <ATen/ATen.h>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {

TEST_CASE("noise on tables has the deviation asked for, and masked columns take the mean") {
  AugmentSpec augment;
  augment.noise = 0.3;
  augment.mask_probability = 0.25;
  StepRandom random(5, at::kCPU);
  const at::Tensor views = table_views(at::full({400, 100}, 5.0), augment, random);
  const at::Tensor masked = views.eq(0);
  CHECK(masked.to(at::kFloat).mean().item<double>() == doctest::Approx(0.25).epsilon(0.03));
  CHECK(views.masked_select(masked.logical_not()).std().item<double>() == doctest::Approx(0.3).epsilon(0.03));
}

}  // namespace ssem::trainer
