#include "trainer/optimizers/optimizer.h"

#include <ATen/ATen.h>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {

TEST_CASE("SGD with momentum and decay is its formula") {
  OptimizerSpec spec;
  spec.momentum = 0.9;
  spec.weight_decay = 0.1;
  at::Tensor p = at::tensor({2.0F}).requires_grad_();
  const auto optimizer = make_optimizer(spec, {{"p", p}});
  double expected = 2, velocity = 0;
  for (int step = 0; step < 5; ++step) {
    p.mutable_grad() = at::tensor({0.5F + static_cast<float>(step)});
    optimizer->step(0.1);
    velocity = 0.9 * velocity + 0.5 + step + 0.1 * expected;
    expected -= 0.1 * velocity;
    CHECK(p.item<double>() == doctest::Approx(expected).epsilon(1e-5));
  }
}

TEST_CASE("AdamW is its formula: the first step has the size of the rate whatever the gradient") {
  OptimizerSpec spec;
  spec.kind = "adamw";
  spec.weight_decay = 0.5;
  for (const float gradient : {1e-4F, 1.0F, 1e4F}) {
    at::Tensor p = at::tensor({2.0F}).requires_grad_();
    const auto optimizer = make_optimizer(spec, {{"p", p}});
    p.mutable_grad() = at::tensor({gradient});
    optimizer->step(0.01);
    CHECK(p.item<double>() == doctest::Approx(2 * (1 - 0.005) - 0.01).epsilon(1e-3));
  }
}

}  // namespace ssem::trainer
