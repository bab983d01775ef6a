#include "trainer/augment/corruptions.h"

#include "tests/support/doctest_beside_torch.h"

#include <cmath>
#include <cstdlib>
#include <numeric>

namespace ssem::trainer {
namespace {

// `count` grey images of 20 x 20 with one bright point each, at (10, 10), over `ground`.
Dataset points(std::int64_t count, std::uint8_t ground) {
  Dataset images;
  images.shape = {1, 20, 20};
  images.labels.assign(static_cast<std::size_t>(count), 0);
  images.pixels.assign(static_cast<std::size_t>(count) * 400, ground);
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) images.pixels[k * 400 + 210] = 255;
  return images;
}

double mean_of(const Dataset& images) {
  return std::accumulate(images.pixels.begin(), images.pixels.end(), 0.0) / static_cast<double>(images.pixels.size());
}

}  // namespace

TEST_CASE("noise has a tenth of the range as its deviation, and repeats with its seed") {
  const Dataset grey = points(50, 128);
  const Dataset noisy = corrupted(grey, Corruption::noise, 3);
  double squares = 0;
  for (std::size_t k = 0; k < grey.pixels.size(); ++k) squares += std::pow(noisy.pixels[k] - 128.0, 2);
  CHECK(std::sqrt(squares / static_cast<double>(grey.pixels.size())) == doctest::Approx(25.5).epsilon(0.05));
  CHECK(mean_of(noisy) == doctest::Approx(mean_of(grey)).epsilon(0.01));
  CHECK(corrupted(grey, Corruption::noise, 3).pixels == noisy.pixels);
  CHECK(corrupted(grey, Corruption::noise, 4).pixels != noisy.pixels);
  CHECK(noisy.labels == grey.labels);
}

TEST_CASE("blur spreads a point by a twentieth of the side, the same in both directions, and keeps flat images") {
  const Dataset blurred = corrupted(points(2, 0), Corruption::blur, 0);
  const auto at = [&](std::size_t image, std::size_t row, std::size_t column) {
    return static_cast<int>(blurred.pixels[image * 400 + row * 20 + column]);
  };
  for (std::size_t image = 0; image < 2; ++image) {
    // A deviation of one pixel: weights .399, .242, .054 by distance.
    CHECK(std::abs(at(image, 10, 10) - 41) <= 1);
    CHECK(std::abs(at(image, 10, 11) - 25) <= 1);
    CHECK(std::abs(at(image, 12, 10) - 5) <= 1);
    CHECK(at(image, 10, 11) == at(image, 11, 10));
    CHECK(at(image, 0, 0) == 0);
  }
  Dataset flat = points(1, 90);
  flat.pixels[210] = 90;
  CHECK(corrupted(flat, Corruption::blur, 0).pixels == flat.pixels);
}

TEST_CASE("contrast falls to three tenths about each image's own mean") {
  Dataset two = points(2, 100);
  for (std::size_t k = 400; k < 800; ++k) two.pixels[k] = 200;
  two.pixels[410] = 0;
  const Dataset low = corrupted(two, Corruption::contrast, 0);
  CHECK(std::abs(low.pixels[210] - 147) <= 1);  // 100.4 + .3 * 154.6
  CHECK(low.pixels[0] == 100);
  CHECK(std::abs(low.pixels[410] - 140) <= 1);  // 199.5 - .3 * 199.5
  CHECK(low.pixels[799] == 200);
}

TEST_CASE("images of one pixel and no images at all are spoilt without a fault") {
  for (const Corruption kind : {Corruption::noise, Corruption::blur, Corruption::contrast}) {
    Dataset tiny;
    tiny.shape = {3, 1, 1};
    CHECK(corrupted(tiny, kind, 0).pixels.empty());
    tiny.labels = {0};
    tiny.pixels = {7, 7, 7};
    CHECK(corrupted(tiny, kind, 0).pixels.size() == 3);
  }
}

}  // namespace ssem::trainer
