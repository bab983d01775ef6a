#include "trainer/audit/audit_json.h"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "tests/support/doctest_beside_torch.h"
#include "tests/trainer/audit/made_rows.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/audit/audit.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

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
