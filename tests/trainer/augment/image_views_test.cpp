#include "trainer/augment/image_views.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"
#include "trainer/encoder/example_tensors.h"

namespace ssem::trainer {
namespace {

AugmentSpec nothing() {
  AugmentSpec augment;
  augment.crop_scale_low = 1;
  augment.jitter = augment.flip_probability = augment.grey_probability = 0;
  return augment;
}

at::Tensor picture(std::int64_t count) {
  at::manual_seed(1);
  return at::rand({count, 3, 16, 16});
}

}  // namespace

TEST_CASE("augmentation that is switched off changes nothing, each kind changes something, and all stay in 0 to 1") {
  const at::Tensor images = picture(8);
  StepRandom still(1, at::kCPU);
  CHECK(at::equal(image_views(images, nothing(), still), images));
  std::vector<AugmentSpec> kinds(5, nothing());
  kinds[0].crop_scale_low = 0.3;
  kinds[1].jitter = 0.5;
  kinds[1].jitter_probability = 1;
  kinds[2].grey_probability = 1;
  kinds[3].flip_probability = 1;
  kinds[4].blur_probability = 1;
  for (const AugmentSpec& kind : kinds) {
    StepRandom random(2, at::kCPU), again(2, at::kCPU), other(3, at::kCPU);
    const at::Tensor views = image_views(images, kind, random);
    CHECK((views.sizes() == images.sizes()));
    CHECK(views.min().item<double>() >= 0);
    CHECK(views.max().item<double>() <= 1.0001);
    CHECK_FALSE(at::allclose(views, images, 1e-3, 1e-3));
    CHECK(at::equal(image_views(images, kind, again), views));
  }
  StepRandom random(2, at::kCPU);
  CHECK(at::allclose(image_views(images, kinds[3], random), images.flip(3), 1e-4, 1e-5));
  StepRandom grey(2, at::kCPU);
  const at::Tensor colourless = image_views(images, kinds[2], grey);
  CHECK(at::equal(colourless.select(1, 0), colourless.select(1, 2)));
}

TEST_CASE("a blur of a flat image is flat and keeps the mean of any") {
  AugmentSpec augment = nothing();
  augment.blur_probability = 1;
  StepRandom random(5, at::kCPU);
  CHECK(at::allclose(image_views(at::full({3, 1, 20, 20}, 0.3), augment, random), at::full({3, 1, 20, 20}, 0.3)));
}

}  // namespace ssem::trainer
