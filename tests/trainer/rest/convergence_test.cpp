#include "trainer/rest/convergence.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {

TEST_CASE("a level course has converged; one that moves, or is short, has not") {
  const auto course = [](auto loss, auto variance, std::int64_t steps) {
    std::vector<Progress> told;
    for (std::int64_t step = steps / 100; step <= steps; step += steps / 100) {
      Progress progress;
      progress.step = step;
      const double share = static_cast<double>(step) / static_cast<double>(steps);
      progress.loss = loss(share);
      progress.within_class_variance = variance(share);
      progress.learning_rate = 1 + std::cos(3.14159265 * share);
      told.push_back(progress);
    }
    return judge_convergence(told);
  };
  const auto level = [](double) { return 0.3; };
  const auto settling = [](double share) { return 2 + 3 * std::exp(-20 * share); };
  const auto falling = [](double share) { return 2 - share; };
  CHECK(course(settling, level, 1000).converged);
  CHECK_FALSE(course(falling, level, 1000).converged);
  CHECK_FALSE(course(level, falling, 1000).converged);
  // Level only because a cosine's rate has gone: most of the move was in the second half of the rates' sum.
  const auto frozen = [](double share) { return 2 - std::sin(3.14159265 / 2 * std::min(1.0, share / 0.7)); };
  CHECK_FALSE(course(frozen, level, 1000).converged);
  CHECK_FALSE(judge_convergence(std::vector<Progress>(5)).converged);
  CHECK_FALSE(judge_convergence({}).converged);
}

}  // namespace ssem::trainer
