// What a cross-entropy on the same embeddings changes: free unit vectors and a classifier of a given scale, minimised
// together.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/numeric/sphere_lbfgs.h"
#include "tests/advisor/free_embeddings.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

// The contrastive loss on the first columns, plus `beta` times the cross-entropy of logits `scale` * cosine with the
// last columns, one of a class.
struct WithClassifier {
  FreeEmbeddings contrastive;
  double beta, scale;

  SpherePoint at(const Eigen::MatrixXd& free) const {
    const Eigen::Index images = contrastive.images(), classes = free.cols() - images;
    const std::vector<int> labels = contrastive.labels();
    SpherePoint point = contrastive.at(free.leftCols(images));
    const Eigen::VectorXd norms = free.colwise().norm();
    const Eigen::MatrixXd unit = free * norms.cwiseInverse().asDiagonal();
    const Eigen::MatrixXd logits = scale * unit.rightCols(classes).transpose() * unit.leftCols(images);
    Eigen::MatrixXd slope(classes, images);
    double cross_entropy = 0;
    for (Eigen::Index i = 0; i < images; ++i) {
      const double highest = logits.col(i).maxCoeff();
      const Eigen::VectorXd shares = (logits.col(i).array() - highest).exp();
      const int label = labels[static_cast<std::size_t>(i)];
      cross_entropy += highest + std::log(shares.sum()) - logits(label, i);
      slope.col(i) = shares / shares.sum();
      slope(label, i) -= 1;
    }
    const double weight = beta * scale / static_cast<double>(images);
    point.value += beta * cross_entropy / static_cast<double>(images);
    Eigen::MatrixXd gradient(free.rows(), free.cols());
    gradient.leftCols(images) = weight * unit.rightCols(classes) * slope;
    gradient.rightCols(classes) = weight * unit.leftCols(images) * slope.transpose();
    gradient -= unit * unit.cwiseProduct(gradient).colwise().sum().asDiagonal();
    gradient *= norms.cwiseInverse().asDiagonal();
    gradient.leftCols(images) += point.gradient;
    point.imbalance = gradient.norm();
    point.gradient = std::move(gradient);
    return point;
  }
};

double variance_with(double beta, double scale, const FreeEmbeddings& contrastive) {
  const int classes = static_cast<int>(contrastive.counts.size());
  FreeEmbeddings wider = contrastive;  // one random column more for each class
  wider.counts.back() += classes;
  const WithClassifier joint{contrastive, beta, scale};
  const Eigen::MatrixXd columns =
      relax_on_spheres([&](const Eigen::MatrixXd& free) { return joint.at(free); },
                       wider.scattered(1).colwise().normalized(), {.tolerance = 1e-9, .max_evaluations = 6000})
          .columns.colwise()
          .normalized();
  const auto variances = contrastive.variances(columns.leftCols(contrastive.images()));
  double mean = 0;
  for (const double variance : variances) mean += variance / classes;
  return mean;
}

std::string said(const Evaluation& evaluation) {
  for (const Warning& warning : evaluation.warnings) {
    if (warning.code == "cross_entropy_apart") return warning.message;
  }
  return "";
}

}  // namespace

TEST_CASE(
    "a cross-entropy on the same embeddings draws classes together while its scale is bounded, and then no more") {
  FreeEmbeddings contrastive;
  contrastive.counts = {4, 4, 4};
  contrastive.dimension = 12;
  contrastive.own_image_share = 1;
  contrastive.loss_weight = 0.4;
  contrastive.temperature = 0.2;
  Problem problem = balanced(3, 4, Convention::anchor_included);
  problem.dimension = 12;
  constexpr double kRest = 1e-5;  // what the descent leaves
  const double predicted = *evaluate({problem, 0.4, 0.2}).within_class_variance;
  for (const double beta : {0.3, 3.0}) {
    double before = 0;
    for (const double scale : {4.0, 8.0, 64.0}) {
      const double variance = variance_with(beta, scale, contrastive);
      CAPTURE(beta);
      CAPTURE(scale);
      CHECK(variance > before - kRest);
      CHECK(variance < predicted + kRest);
      if (scale == 4.0) CHECK(variance < predicted - 100 * kRest * beta);
      before = variance;
    }
    CHECK(before == doctest::Approx(predicted).epsilon(1e-4));
  }
}

TEST_CASE("a cross-entropy's weight is no loss weight: the numbers stay, and each head has its sentence") {
  ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 100;
  const Evaluation alone = evaluate({checked(fields), 0.4, 0.1});
  CHECK(said(alone).empty());
  fields.cross_entropy_weight = 0.9;
  for (const auto head : {std::optional<CrossEntropyHead>(), std::optional(CrossEntropyHead::separate),
                          std::optional(CrossEntropyHead::shared)}) {
    fields.cross_entropy_head = head;
    const Evaluation got = evaluate({checked(fields), 0.4, 0.1});
    CHECK(*got.loss_weight == 0.4);
    CHECK(*got.within_class_variance == *alone.within_class_variance);
    CHECK(got.loss_weight_threshold == alone.loss_weight_threshold);
    const std::string text = said(got);
    CHECK(text.find("0.9 is not the loss weight") != std::string::npos);
    CHECK((text.find("does not cover what two heads do") != std::string::npos) == (head != CrossEntropyHead::shared));
    CHECK((text.find("falls to 0 for every arrangement") != std::string::npos) == (head != CrossEntropyHead::separate));
  }
  fields.cross_entropy_weight = 0;
  CHECK(said(evaluate({checked(fields), 0.4, 0.1})).empty());
}

TEST_CASE("a head of a cross-entropy without its weight is a fault that says what is missing") {
  ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 100;
  fields.cross_entropy_head = CrossEntropyHead::shared;
  ssem::FaultList faults;
  CHECK_FALSE(check_problem(fields, faults));
  const auto error = faults.to_error();
  REQUIRE(error.fields.size() == 1);
  CHECK(error.fields.front().path == "/cross_entropy_head");
  CHECK(error.fields.front().message.find("needs cross_entropy_weight") == 0);
}
