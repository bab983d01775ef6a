#include "trainer/data/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "trainer/data/random_numbers.h"

namespace ssem::trainer {
namespace {

constexpr double kPi = std::numbers::pi;

// Signed distances in the shape's own frame, where it is about one across from its centre; negative inside.
double disc(double x, double y) { return std::hypot(x, y) - 0.85; }
double box(double x, double y, double width, double height) {
  return std::max(std::abs(x) - width, std::abs(y) - height);
}
// A regular polygon: the largest distance from its sides' lines.
double polygon(double x, double y, int sides, double inradius) {
  double distance = -10;
  for (int k = 0; k < sides; ++k) {
    const double angle = 2 * kPi * k / sides;
    distance = std::max(distance, x * std::cos(angle) + y * std::sin(angle) - inradius);
  }
  return distance;
}
double star(double x, double y) {
  const double angle = std::atan2(y, x), radius = std::hypot(x, y);
  const double tooth = std::abs(std::fmod(angle / (2 * kPi) * 5 + 10, 1.0) - 0.5) * 2;  // 0 between points, 1 at them
  return (radius - (0.38 + 0.62 * tooth * tooth)) * 0.6;
}
double cross(double x, double y) { return std::min(box(x, y, 0.9, 0.28), box(x, y, 0.28, 0.9)); }
double ring(double x, double y) { return std::abs(std::hypot(x, y) - 0.65) - 0.22; }
double crescent(double x, double y) { return std::max(std::hypot(x, y) - 0.9, 0.7 - std::hypot(x - 0.45, y)); }
double heart(double x, double y) {
  const double side = std::abs(x);
  const double lobe = std::hypot(side - 0.38, y - 0.3) - 0.45;
  const double tip = std::max(side * 0.76 - y * 0.65 - 0.52, y - 0.3);
  return std::min(lobe, tip);
}
double arrow(double x, double y) {
  return std::min(box(x + 0.4, y, 0.5, 0.2), std::max(x * 0.6 + std::abs(y) * 0.8 - 0.55, 0.05 - x));
}
double letter_l(double x, double y) { return std::min(box(x + 0.5, y, 0.25, 0.85), box(x, y + 0.6, 0.75, 0.25)); }

using Shape = double (*)(double, double);
constexpr std::array<Shape, 12> kShapes{disc,
                                        [](double x, double y) { return box(x, y, 0.75, 0.75); },
                                        [](double x, double y) { return polygon(x, y, 3, 0.5); },
                                        cross,
                                        star,
                                        ring,
                                        crescent,
                                        [](double x, double y) { return polygon(x, y, 6, 0.75); },
                                        heart,
                                        arrow,
                                        letter_l,
                                        [](double x, double y) { return box(x, y, 0.95, 0.3); }};

// How much of the second colour a point inside has, 0 to 1. `inside` is the distance from the edge.
using Filling = double (*)(double x, double y, double inside);
double wave(double phase) { return std::sin(2 * kPi * phase) > 0 ? 1.0 : 0.0; }
constexpr std::array<Filling, 6> kFillings{
    [](double, double, double) { return 0.0; },                               // solid
    [](double, double, double inside) { return inside > 0.14 ? 1.0 : 0.0; },  // outlined
    [](double x, double, double) { return wave(x * 2.2); },                   // striped
    [](double x, double y, double) {
      return std::hypot(std::fmod(x + 9, 0.42) - 0.21,  // dotted
                        std::fmod(y + 9, 0.42) - 0.21) < 0.12
                 ? 1.0
                 : 0.0;
    },
    [](double x, double y, double) { return wave(x * 1.6) == wave(y * 1.6) ? 1.0 : 0.0; },  // chequered
    [](double, double, double inside) { return wave(inside * 4.5 + 0.5); }};                // concentric

using Colour = std::array<double, 3>;

Colour random_colour(RandomNumbers& random) { return {random.uniform(), random.uniform(), random.uniform()}; }

double apart(const Colour& a, const Colour& b) {
  return std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]);
}

// Far enough from `others` to be seen against them.
Colour colour_apart(std::initializer_list<Colour> others, RandomNumbers& random) {
  Colour colour = random_colour(random);
  for (int attempt = 0; attempt < 50; ++attempt, colour = random_colour(random)) {
    if (std::all_of(others.begin(), others.end(), [&](const Colour& other) { return apart(colour, other) > 0.8; })) {
      break;
    }
  }
  return colour;
}

void draw(Shape shape, Filling filling, std::int64_t side, RandomNumbers& random, std::vector<std::uint8_t>& pixels) {
  const Colour dark = random_colour(random);
  const Colour light{std::min(1.0, dark[0] + random.uniform(-0.3, 0.3)),
                     std::min(1.0, dark[1] + random.uniform(-0.3, 0.3)),
                     std::min(1.0, dark[2] + random.uniform(-0.3, 0.3))};
  const Colour first = colour_apart({dark}, random), second = colour_apart({dark, first}, random);
  const double turn = random.uniform(-kPi / 5, kPi / 5), cosine = std::cos(turn), sine = std::sin(turn);
  const double scale = random.uniform(0.28, 0.42);  // of the side, half the shape
  const double centre_x = random.uniform(0.4, 0.6), centre_y = random.uniform(0.4, 0.6);
  const double slope = random.uniform(-kPi, kPi), noise = random.uniform(0.01, 0.06);
  const double softness = 1.0 / (scale * static_cast<double>(side));
  const std::size_t begin = pixels.size(), plane = static_cast<std::size_t>(side * side);
  pixels.resize(begin + 3 * plane);
  for (std::int64_t row = 0; row < side; ++row) {
    for (std::int64_t column = 0; column < side; ++column) {
      const double u = (static_cast<double>(column) + 0.5) / static_cast<double>(side);
      const double v = (static_cast<double>(row) + 0.5) / static_cast<double>(side);
      const double x = ((u - centre_x) * cosine + (v - centre_y) * sine) / scale;
      const double y = ((v - centre_y) * cosine - (u - centre_x) * sine) / scale;
      const double distance = shape(x, y);
      const double cover = std::clamp(0.5 - distance / softness, 0.0, 1.0);
      const double share = filling(x, y, -distance);
      const double ground = std::clamp(0.5 + (u - 0.5) * std::cos(slope) + (v - 0.5) * std::sin(slope), 0.0, 1.0);
      for (std::size_t k = 0; k < 3; ++k) {
        const double inside = first[k] + share * (second[k] - first[k]);
        const double behind = dark[k] + ground * (light[k] - dark[k]);
        const double value = behind + cover * (inside - behind) + noise * random.normal();
        const auto pixel = static_cast<std::size_t>(row * side + column);
        pixels[begin + k * plane + pixel] = static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 1.0) * 255));
      }
    }
  }
}

Dataset drawn(const DatasetSpec& spec, std::int64_t per_class, RandomNumbers& random) {
  Dataset data;
  data.name = spec.kind;
  data.shape = {3, spec.image_size, spec.image_size};
  for (std::int64_t c = 0; c < spec.classes; ++c) {
    for (std::int64_t image = 0; image < per_class; ++image) {
      const std::int64_t fine = image % spec.fine_per_class;
      draw(kShapes[static_cast<std::size_t>(c)], kFillings[static_cast<std::size_t>(fine)], spec.image_size, random,
           data.pixels);
      data.labels.push_back(c);
      data.fine_labels.push_back(c * spec.fine_per_class + fine);
    }
  }
  return data;
}

}  // namespace

Result<DataSplit> shapes(const DatasetSpec& spec, std::uint64_t seed) {
  FaultList faults;
  if (spec.classes > static_cast<std::int64_t>(kShapes.size())) {
    faults.add("/dataset/classes", "must be at most " + std::to_string(kShapes.size()) +
                                       ", the shapes that can be drawn, got " + std::to_string(spec.classes));
  }
  if (spec.fine_per_class > static_cast<std::int64_t>(kFillings.size())) {
    faults.add("/dataset/fine_per_class", "must be at most " + std::to_string(kFillings.size()) +
                                              ", the fillings there are, got " + std::to_string(spec.fine_per_class));
  }
  if (!faults.empty()) return faults.to_error();
  RandomNumbers random(seed);
  DataSplit split;
  split.train = drawn(spec, spec.train_per_class, random);
  split.test = drawn(spec, spec.test_per_class, random);
  return split;
}

}  // namespace ssem::trainer
