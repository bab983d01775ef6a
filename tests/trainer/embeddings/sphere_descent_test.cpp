#include "trainer/embeddings/sphere_descent.h"

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {

TEST_CASE("a descent ends with a reason when the loss is not finite") {
  std::vector<double> point = {1, 0};
  const auto outcome = descend_on_spheres(
      point, 2,
      [](const double*, double* gradient) {
        gradient[0] = gradient[1] = 1;
        return std::nan("");
      },
      {}, [](const DescentState&) { return true; });
  CHECK_FALSE(outcome.converged);
  CHECK(outcome.why.find("not finite") != std::string::npos);
}

TEST_CASE("a linear loss on one sphere is minimised at the opposite point") {
  std::vector<double> point = {0.6, 0.8, 0};
  const auto outcome = descend_on_spheres(
      point, 3,
      [](const double* z, double* gradient) {
        gradient[0] = 1, gradient[1] = 2, gradient[2] = 2;
        return z[0] + 2 * z[1] + 2 * z[2];
      },
      {}, [](const DescentState&) { return true; });
  CHECK(outcome.converged);
  CHECK(outcome.last.loss == doctest::Approx(-3));
  CHECK(point[0] == doctest::Approx(-1.0 / 3));
}

}  // namespace ssem::trainer
