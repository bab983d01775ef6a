#include "advisor/recommend/snippets.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "advisor/recommend/libraries/typed_numbers.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using test::checked;
using test::with_batch;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const Snippet& row_of(const std::vector<Snippet>& rows, const std::string& library) {
  for (const Snippet& row : rows) {
    if (row.library == library) return row;
  }
  FAIL("no row for " << library);
  return rows.front();
}

}  // namespace

TEST_CASE("a typed loss weight and its complement read back to a millionth") {
  for (const double loss_weight : {1e-7, 0.025, 0.5, 0.9754321, 0.99996, 1 - 1.23456789e-9, 1.0}) {
    CAPTURE(loss_weight);
    const double read = std::stod(typed_numbers(loss_weight, 0.1).loss_weight);
    CHECK(std::abs(read - loss_weight) <= 1e-5 * loss_weight);
    CHECK(std::abs(read - loss_weight) <= 1e-5 * (1 - loss_weight));
  }
  CHECK(typed_numbers(0.975, 0.1).loss_weight == "0.975");
  CHECK(typed_numbers(0.975, 0.123456789).temperature == "0.123457");
}

TEST_CASE("every library has one row, whatever the problem") {
  for (const Sampling sampling : {Sampling::balanced, Sampling::random}) {
    for (const Convention convention : {Convention::anchor_excluded, Convention::anchor_included, Convention::supcon,
                                        Convention::supcon_in, Convention::dcl}) {
      const std::vector<Snippet> rows = snippets(with_batch(10, 256, convention, sampling), 0.5, 0.1, 0.3);
      std::set<std::string> libraries;
      for (const Snippet& row : rows) libraries.insert(row.library);
      CHECK(rows.size() == 8);
      CHECK(libraries.size() == 8);
    }
  }
}

TEST_CASE("with one view of an image every line is plain SupCon, without a loss weight") {
  for (const Convention convention : {Convention::supcon, Convention::supcon_in}) {
    Problem problem = with_batch(10, 256, convention);
    problem.views = 1;
    const std::vector<Snippet> rows = snippets(problem, 0, 0.1, 0);
    REQUIRE(rows.size() == 8);
    for (const Snippet& row : rows) {
      CAPTURE(row.library);
      CHECK(row.convention == Convention::supcon);
      CHECK(row.loss_weight == 0);
      CHECK_FALSE(contains(row.code, "loss_weight"));
      CHECK_FALSE(contains(row.code, "image_ids"));
      CHECK(contains(row.note, "Plain SupCon"));
      CHECK(contains(row.note, "in place of supcon_in") == (convention == Convention::supcon_in));
    }
    CHECK(row_of(rows, "SupContrast").possible);
    CHECK(row_of(rows, "pytorch-metric-learning").possible);
    CHECK_FALSE(row_of(rows, "ssem-supcl (CIFAR code)").possible);
  }
}

TEST_CASE("with unequal classes a library with another loss says that it cannot, and the loss replaces it") {
  ProblemFields fields;
  fields.class_counts = {500, 50, 20};
  fields.batch_size = 64;
  fields.convention = Convention::anchor_included;
  const Problem problem = checked(fields);
  const std::vector<Snippet> rows = snippets(problem, 0.4, 0.1, 0.3);
  const Snippet& row = row_of(rows, "SupContrast");
  CHECK_FALSE(row.possible);
  CHECK(row.convention == Convention::anchor_included);
  CHECK(row.loss_weight == 0.4);
  CHECK(contains(row.note, "Cannot, because it computes anchor_excluded"));
  CHECK(row.code == row_of(rows, "PyTorch").code);
}

TEST_CASE("the ImageNet code's loader shuffles: a balanced batch's advice is solved again for it") {
  const std::vector<Snippet> rows = snippets(with_batch(100, 256), 0.5, 0.1, 0.3);
  const Snippet& row = row_of(rows, "ssem-supcl (ImageNet code)");
  Problem shuffled = with_batch(100, 256);
  shuffled.sampling = Sampling::random;
  shuffled.dataset_is_batch = false;
  CHECK(*evaluate({shuffled, row.loss_weight, row.temperature}).within_class_variance ==
        doctest::Approx(0.3).epsilon(1e-9));
  CHECK(contains(row.note, "random batches"));
}
