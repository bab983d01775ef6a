// Embeddings made for a test, and their audit.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/doctest_beside_torch.h"
#include "trainer/audit/audit.h"

namespace ssem::trainer {

inline constexpr std::int64_t kColumns = 24;

inline const StopFlag kGoOn{false};

// Class means along axes, fine means, images and views around them, each with a size of its own.
struct Sizes {
  double between = 1, fine = 0, images = 0, views = 0;
};

inline EmbeddingRows rows_of(const Sizes& sizes, std::int64_t classes = 4, std::int64_t images = 30,
                             std::int64_t views = 1) {
  std::mt19937_64 generator(3);
  std::normal_distribution<double> normal;
  const auto noise = [&](double size) {
    std::vector<double> values;
    for (std::int64_t k = 0; k < kColumns; ++k) values.push_back(size * normal(generator) / std::sqrt(kColumns));
    return values;
  };
  EmbeddingRows rows;
  rows.dimension = kColumns;
  for (std::int64_t c = 0; c < classes; ++c) {
    const auto fine = noise(sizes.fine);
    for (std::int64_t image = 0; image < images; ++image) {
      const auto of_image = noise(sizes.images);
      for (std::int64_t view = 0; view < views; ++view) {
        const auto of_view = noise(sizes.views);
        for (std::size_t k = 0; k < kColumns; ++k) {
          const double mean = static_cast<std::int64_t>(k) == c ? sizes.between : 0;
          rows.values.push_back(mean + (image % 2 ? fine[k] : -fine[k]) + of_image[k] + of_view[k]);
        }
        rows.labels.push_back(c);
        rows.fine_labels.push_back(image % 2);
        rows.instance_ids.push_back(c * images + image);
      }
    }
  }
  return rows;
}

inline AuditSpec spec_of(double temperature = 0) {
  AuditSpec spec;
  spec.embeddings = "rows.npz";
  if (temperature > 0) spec.temperature = temperature;
  return spec;
}

inline Audit audited(const EmbeddingRows& rows, const AuditSpec& spec = spec_of()) {
  const auto found = audit(rows, spec, kGoOn);
  REQUIRE(found);
  return found.value();
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace ssem::trainer
