#include "trainer/measure/geometry.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

at::Tensor matrix(const std::vector<std::vector<double>>& rows) {
  const at::Tensor result =
      at::empty({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size())},
                at::TensorOptions().dtype(at::kDouble));
  double* out = result.data_ptr<double>();
  for (const auto& row : rows) out = std::copy(row.begin(), row.end(), out);
  return result;
}

BatchRows rows_of(const std::vector<std::int64_t>& classes, const std::vector<std::int64_t>& instances) {
  return BatchRows::make(classes, instances).value();
}

}  // namespace

TEST_CASE("opposite classes whose views coincide have the variances and similarities one counts by hand") {
  // Class 0: images at (1,0) and (0,1), each with two equal views; class 1: both images at (-1,0). Rows are shuffled.
  const at::Tensor z = matrix({{1, 0}, {-1, 0}, {0, 1}, {-1, 0}, {1, 0}, {-1, 0}, {0, 1}, {-1, 0}});
  const Geometry geometry = measure_geometry(z, rows_of({0, 1, 0, 1, 0, 1, 0, 1}, {0, 2, 1, 2, 0, 3, 1, 3}));
  CHECK(geometry.within_class_variance == doctest::Approx(0.25));  // class 0: |(1,0) - (.5,.5)|^2 = .5; class 1: 0
  CHECK(geometry.view_variance == doctest::Approx(0).scale(1));
  CHECK(geometry.within_class_similarity == doctest::Approx(0.5));  // class 0: 0, class 1: 1
  CHECK(geometry.view_similarity == doctest::Approx(1));
  CHECK(geometry.between_class_similarity == doctest::Approx(-0.5));
  CHECK(geometry.global_mean_square == doctest::Approx(0.125));  // mean (-.25, .25)
  CHECK(geometry.between_class_variance == doctest::Approx(1 - 0.25 - 0.125));
  REQUIRE(geometry.per_class.size() == 2);
  CHECK(geometry.per_class[0].within_class_variance == doctest::Approx(0.5));
  CHECK(geometry.per_class[1].within_class_variance == doctest::Approx(0).scale(1));
  CHECK(geometry.per_class[0].instances == 2);
}

TEST_CASE("views that differ count as view variance, which is a part of the within-class variance") {
  const at::Tensor z = matrix({{1, 0}, {0, 1}, {-1, 0}, {0, -1}});
  const Geometry geometry = measure_geometry(z, rows_of({0, 0, 1, 1}, {0, 0, 1, 1}));
  CHECK(geometry.view_variance == doctest::Approx(0.5));
  CHECK(geometry.within_class_variance == doctest::Approx(0.5));
  CHECK(geometry.view_similarity == doctest::Approx(0).scale(1));
  CHECK(std::isnan(geometry.within_class_similarity));
}

TEST_CASE("float32 embeddings are measured in float64, and total variance is one less the global mean's square") {
  at::manual_seed(3);
  at::Tensor z = at::randn({60, 16});
  z = z / z.norm(2, {1}, true);
  std::vector<std::int64_t> classes, instances;
  for (std::int64_t row = 0; row < 60; ++row) {
    classes.push_back(row % 5);
    instances.push_back(row % 30);
  }
  const Geometry geometry = measure_geometry(z, rows_of(classes, instances));
  CHECK(geometry.within_class_variance + geometry.between_class_variance ==
        doctest::Approx(1 - geometry.global_mean_square).epsilon(1e-6));
}

TEST_CASE("one class has no similarity between classes") {
  const Geometry geometry = measure_geometry(matrix({{1, 0}, {0, 1}}), rows_of({0, 0}, {0, 1}));
  CHECK(std::isnan(geometry.between_class_similarity));
  CHECK(geometry.within_class_similarity == doctest::Approx(0).scale(1));
}

TEST_CASE("views are consistent by the share of the distance between images that survives a change of view") {
  // One class: two images along different axes. Coinciding views keep all; views that swap between the images nothing.
  const auto consistency = [](const std::vector<std::vector<double>>& rows) {
    return view_consistency(measure_geometry(matrix(rows), rows_of({0, 0, 0, 0}, {0, 0, 1, 1})));
  };
  CHECK(consistency({{1, 0}, {1, 0}, {0, 1}, {0, 1}}) == doctest::Approx(1));
  // View similarity 0, similarity of different images (1 + 0 + 0 + 1) / 4.
  CHECK(consistency({{1, 0}, {0, 1}, {1, 0}, {0, 1}}) == doctest::Approx((0 - 0.5) / (1 - 0.5)));
  // A turn of 60 degrees between the views of both: cosines .5 within, 0, sin 60, -sin 60 and 0 between.
  const double half = std::sqrt(0.75);
  CHECK(consistency({{1, 0}, {0.5, half}, {0, 1}, {-half, 0.5}}) == doctest::Approx(0.5));
}

}  // namespace ssem::trainer
