#include "trainer/audit/audit_json.h"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#undef CHECK
#include <doctest/doctest.h>

#include "tests/trainer/files/temporary_folder.h"
#include "trainer/audit/audit.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kColumns = 24;

const StopFlag kGoOn{false};

// Class means along axes, fine means, images and views around them, each with a size of its own.
struct Sizes {
  double between = 1, fine = 0, images = 0, views = 0;
};

EmbeddingRows rows_of(const Sizes& sizes, std::int64_t classes = 4, std::int64_t images = 30, std::int64_t views = 1) {
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

AuditSpec spec_of(double temperature = 0) {
  AuditSpec spec;
  spec.embeddings = "rows.npz";
  if (temperature > 0) spec.temperature = temperature;
  return spec;
}

Audit audited(const EmbeddingRows& rows, const AuditSpec& spec = spec_of()) {
  const auto found = audit(rows, spec, kGoOn);
  REQUIRE(found);
  return found.value();
}

}  // namespace

TEST_CASE("an audit's JSON says what was measured, and of what was not that it was not") {
  EmbeddingRows rows = rows_of({1, 0, 0.5, 0});
  rows.fine_labels.clear();
  const Json json = to_json(audited(rows), spec_of());
  CHECK(json["regime"] == "structured");
  CHECK(json["normalised"] == true);
  CHECK(json["fine_classes"] == 0);
  CHECK(json["knn_neighbours"] == 29);
  CHECK(json["fine_knn_accuracy"] == "nan");
  CHECK(json["view_similarity"] == "nan");
  CHECK(json["per_class"].size() == 4);
  CHECK_FALSE(json.contains("reading"));
}

}  // namespace ssem::trainer
