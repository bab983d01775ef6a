#include "trainer/augment/corruptions.h"

#include "tests/support/doctest_beside_torch.h"

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

namespace ssem::trainer {
namespace {

using Pixels = std::vector<std::uint8_t>;

// `count` grey images of 20 x 20 with one bright point each, at (10, 10), over `ground`.
Pixels points(std::size_t count, std::uint8_t ground) {
  Pixels pixels(count * 400, ground);
  for (std::size_t k = 0; k < count; ++k) pixels[k * 400 + 210] = 255;
  return pixels;
}

Pixels corrupted(Pixels pixels, Corruption corruption, std::uint64_t seed,
                 const std::vector<std::int64_t>& shape = {1, 20, 20}) {
  corrupt(pixels, shape, corruption, seed);
  return pixels;
}

double mean_of(const Pixels& pixels) {
  return std::accumulate(pixels.begin(), pixels.end(), 0.0) / static_cast<double>(pixels.size());
}

}  // namespace

TEST_CASE("noise has a tenth of the range as its deviation, and repeats with its seed") {
  const Pixels grey = points(50, 128);
  const Pixels noisy = corrupted(grey, Corruption::noise, 3);
  double squares = 0;
  for (std::size_t k = 0; k < grey.size(); ++k) squares += std::pow(noisy[k] - 128.0, 2);
  CHECK(std::sqrt(squares / static_cast<double>(grey.size())) == doctest::Approx(25.5).epsilon(0.05));
  CHECK(mean_of(noisy) == doctest::Approx(mean_of(grey)).epsilon(0.01));
  CHECK(corrupted(grey, Corruption::noise, 3) == noisy);
  CHECK(corrupted(grey, Corruption::noise, 4) != noisy);
}

TEST_CASE("blur spreads a point by a twentieth of the side, the same in both directions, and keeps flat images") {
  const Pixels blurred = corrupted(points(2, 0), Corruption::blur, 0);
  const auto at = [&](std::size_t image, std::size_t row, std::size_t column) {
    return static_cast<int>(blurred[image * 400 + row * 20 + column]);
  };
  for (std::size_t image = 0; image < 2; ++image) {
    // A deviation of one pixel: weights .399, .242, .054 by distance.
    CHECK(std::abs(at(image, 10, 10) - 41) <= 1);
    CHECK(std::abs(at(image, 10, 11) - 25) <= 1);
    CHECK(std::abs(at(image, 12, 10) - 5) <= 1);
    CHECK(at(image, 10, 11) == at(image, 11, 10));
    CHECK(at(image, 0, 0) == 0);
  }
  const Pixels flat(400, 90);
  CHECK(corrupted(flat, Corruption::blur, 0) == flat);
}

TEST_CASE("contrast falls to three tenths about each image's own mean") {
  Pixels two = points(2, 100);
  for (std::size_t k = 400; k < 800; ++k) two[k] = 200;
  two[410] = 0;
  const Pixels low = corrupted(two, Corruption::contrast, 0);
  CHECK(std::abs(low[210] - 147) <= 1);  // 100.4 + .3 * 154.6
  CHECK(low[0] == 100);
  CHECK(std::abs(low[410] - 140) <= 1);  // 199.5 - .3 * 199.5
  CHECK(low[799] == 200);
}

TEST_CASE("images of one pixel and no images at all are spoilt without a fault") {
  for (const Corruption kind : {Corruption::noise, Corruption::blur, Corruption::contrast}) {
    CHECK(corrupted({}, kind, 0, {3, 1, 1}).empty());
    CHECK(corrupted({7, 7, 7}, kind, 0, {3, 1, 1}).size() == 3);
  }
}

}  // namespace ssem::trainer
