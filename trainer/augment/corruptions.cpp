#include "trainer/augment/corruptions.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace ssem::trainer {
namespace {

constexpr double kNoise = 25.5;
constexpr double kBlurPerSide = 0.05;
constexpr double kContrast = 0.3;

std::uint8_t byte_of(double value) { return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0))); }

void add_noise(std::vector<std::uint8_t>& pixels, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0, kNoise);
  for (std::uint8_t& pixel : pixels) pixel = byte_of(pixel + normal(generator));
}

void lower_contrast(std::vector<std::uint8_t>& pixels, std::size_t image_size) {
  for (std::size_t begin = 0; begin < pixels.size(); begin += image_size) {
    double sum = 0;
    for (std::size_t k = begin; k < begin + image_size; ++k) sum += pixels[k];
    const double mean = sum / static_cast<double>(image_size);
    for (std::size_t k = begin; k < begin + image_size; ++k) pixels[k] = byte_of(mean + kContrast * (pixels[k] - mean));
  }
}

std::vector<double> gaussian(double deviation) {
  const auto radius = static_cast<std::ptrdiff_t>(std::ceil(3 * deviation));
  std::vector<double> weights;
  double sum = 0;
  for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
    weights.push_back(std::exp(-0.5 * std::pow(static_cast<double>(k) / deviation, 2)));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

// Along one side of a plane: `count` lines of `length` values, `stride` apart in a line and `pitch` from line to line.
void blur_lines(std::vector<double>& plane, std::ptrdiff_t count, std::ptrdiff_t pitch, std::ptrdiff_t length,
                std::ptrdiff_t stride, const std::vector<double>& weights) {
  const auto radius = static_cast<std::ptrdiff_t>(weights.size()) / 2;
  std::vector<double> line(static_cast<std::size_t>(length));
  for (std::ptrdiff_t number = 0; number < count; ++number) {
    double* first = plane.data() + number * pitch;
    for (std::ptrdiff_t k = 0; k < length; ++k) line[static_cast<std::size_t>(k)] = first[k * stride];
    for (std::ptrdiff_t k = 0; k < length; ++k) {
      double sum = 0;
      for (std::ptrdiff_t tap = -radius; tap <= radius; ++tap) {
        const auto from = std::clamp<std::ptrdiff_t>(k + tap, 0, length - 1);
        sum += weights[static_cast<std::size_t>(tap + radius)] * line[static_cast<std::size_t>(from)];
      }
      first[k * stride] = sum;
    }
  }
}

void blur(std::vector<std::uint8_t>& pixels, std::int64_t height, std::int64_t width) {
  const std::vector<double> weights = gaussian(kBlurPerSide * static_cast<double>(std::min(height, width)));
  const auto plane_size = static_cast<std::size_t>(height * width);
  std::vector<double> plane(plane_size);
  for (std::size_t begin = 0; begin < pixels.size(); begin += plane_size) {
    for (std::size_t k = 0; k < plane_size; ++k) plane[k] = pixels[begin + k];
    blur_lines(plane, height, width, width, 1, weights);
    blur_lines(plane, width, 1, height, width, weights);
    for (std::size_t k = 0; k < plane_size; ++k) pixels[begin + k] = byte_of(plane[k]);
  }
}

}  // namespace

void corrupt(std::vector<std::uint8_t>& pixels, const std::vector<std::int64_t>& shape, Corruption corruption,
             std::uint64_t seed) {
  if (pixels.empty()) return;
  switch (corruption) {
    case Corruption::noise:
      add_noise(pixels, seed);
      break;
    case Corruption::blur:
      blur(pixels, shape[1], shape[2]);
      break;
    case Corruption::contrast:
      lower_contrast(pixels, static_cast<std::size_t>(shape[0] * shape[1] * shape[2]));
      break;
  }
}

}  // namespace ssem::trainer
