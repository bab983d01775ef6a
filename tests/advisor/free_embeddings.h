// The loss on free unit vectors, one per image (views of an image coincide), minimised by brute force: what the
// advisor's formulas are held against. Written from the definition of the loss, apart from the minimiser.
#pragma once

#include <Eigen/Core>
#include <random>
#include <vector>

#include "advisor/numeric/sphere_lbfgs.h"
#include "advisor/problem.h"

namespace ssem::advisor::test {

struct FreeEmbeddings {
  std::vector<int> counts;  // images of each class; the batch is the data set
  int dimension = 2;
  double own_image_share = 1;
  double loss_weight = 0;
  double temperature = 1;
  Reduction reduction = Reduction::anchor_mean;

  int images() const {
    int sum = 0;
    for (const int count : counts) sum += count;
    return sum;
  }

  std::vector<int> labels() const {
    std::vector<int> labels;
    for (std::size_t c = 0; c < counts.size(); ++c) labels.insert(labels.end(), counts[c], static_cast<int>(c));
    return labels;
  }

  SpherePoint at(const Eigen::MatrixXd& free) const {
    const std::vector<int> label = labels();
    const Eigen::Index total = free.cols();
    const Eigen::VectorXd norms = free.colwise().norm();
    const Eigen::MatrixXd unit = free * norms.cwiseInverse().asDiagonal();
    const Eigen::MatrixXd cosines = unit.transpose() * unit;
    double pairs = 0;
    for (const int count : counts) pairs += static_cast<double>(count) * (count - 1);
    SpherePoint point;
    point.value = 0;
    Eigen::MatrixXd slope = Eigen::MatrixXd::Zero(total, total);  // of the loss along each cosine
    for (Eigen::Index i = 0; i < total; ++i) {
      const double n = counts[static_cast<std::size_t>(label[static_cast<std::size_t>(i)])];
      const double anchors = static_cast<double>(total);
      const double supervised =
          (1 - loss_weight) * (reduction == Reduction::anchor_mean ? (n > 1 ? 1 / anchors : 0) : (n - 1) / pairs);
      double sum = own_image_share;
      for (Eigen::Index j = 0; j < total; ++j) {
        if (j != i) sum += std::exp((cosines(i, j) - 1) / temperature);
      }
      const double both = supervised + loss_weight / anchors;
      point.value += both * std::log(sum);
      for (Eigen::Index j = 0; j < total; ++j) {
        if (j == i) continue;
        slope(i, j) += both * std::exp((cosines(i, j) - 1) / temperature) / (sum * temperature);
        if (label[static_cast<std::size_t>(i)] != label[static_cast<std::size_t>(j)]) continue;
        point.value += supervised / (n - 1) * (1 - cosines(i, j)) / temperature;
        slope(i, j) -= supervised / (n - 1) / temperature;
      }
    }
    point.gradient = unit * (slope + slope.transpose());
    const Eigen::RowVectorXd radial = unit.cwiseProduct(point.gradient).colwise().sum();
    point.gradient -= unit * radial.asDiagonal();
    point.imbalance = point.gradient.norm() / slope.norm();
    point.gradient *= norms.cwiseInverse().asDiagonal();
    return point;
  }

  Eigen::MatrixXd scattered(unsigned seed) const {
    std::mt19937 engine(seed);
    std::normal_distribution<double> normal;
    return Eigen::MatrixXd::NullaryExpr(dimension, images(), [&] { return normal(engine); });
  }

  // Every class at one point, shaken by `noise`.
  Eigen::MatrixXd collapsed(const Eigen::MatrixXd& means, double noise, unsigned seed) const {
    Eigen::MatrixXd columns = noise * scattered(seed);
    const std::vector<int> label = labels();
    for (Eigen::Index i = 0; i < columns.cols(); ++i) columns.col(i) += means.col(label[static_cast<std::size_t>(i)]);
    return columns;
  }

  Eigen::MatrixXd minimised(const Eigen::MatrixXd& start, int steps = 4000) const {
    return relax_on_spheres([this](const Eigen::MatrixXd& free) { return at(free); }, start.colwise().normalized(),
                            {.tolerance = 1e-10, .max_evaluations = steps})
        .columns;
  }

  Eigen::MatrixXd global_minimum(int starts) const {
    Eigen::MatrixXd best = minimised(scattered(1));
    for (int i = 2; i <= starts; ++i) {
      const Eigen::MatrixXd other = minimised(scattered(static_cast<unsigned>(i)));
      if (at(other).value < at(best).value) best = other;
    }
    return best;
  }

  // Within-class variance of every class.
  std::vector<double> variances(const Eigen::MatrixXd& columns) const {
    std::vector<double> variances;
    Eigen::Index from = 0;
    for (const int count : counts) {
      const Eigen::MatrixXd images_of_class = columns.middleCols(from, count);
      variances.push_back(1 - images_of_class.rowwise().mean().squaredNorm());
      from += count;
    }
    return variances;
  }
};

}  // namespace ssem::advisor::test
