#include "trainer/encoder/example_tensors.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"
#include "trainer/models/encoder.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("examples are normalised by the training part's channels, and views share a row's class") {
  Dataset data;
  data.shape = {2};
  data.features = {1, 7, 3, 7, 5, 7};
  data.labels = {0, 1, 1};
  const Normalisation normalisation = normalisation_of(data);
  CHECK(normalisation.mean == std::vector<float>{3, 7});
  CHECK(normalisation.deviation[1] == 1);  // constant: only shifted
  const ExampleTensors examples(data, normalisation, at::kCPU);
  const at::Tensor plain = examples.plain(Labels{0, 2});
  CHECK(plain[0][0].item<double>() == doctest::Approx(-std::sqrt(1.5)));
  CHECK(plain[1][1].item<double>() == 0);
  AugmentSpec off;
  off.enabled = false;
  StepRandom random(1, at::kCPU);
  const at::Tensor views = examples.views(Labels{2, 0}, 2, off, random);
  CHECK(at::equal(views[0], views[1]));
  CHECK(at::equal(views[3], plain[0]));
}

}  // namespace ssem::trainer
