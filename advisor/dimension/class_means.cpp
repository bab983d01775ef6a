#include "advisor/dimension/class_means.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/numeric/sphere_lbfgs.h"
#include "advisor/numeric/split_mix.h"

namespace ssem::advisor {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kRoughlyBalanced = 1e-3;
constexpr double kTurn = 6.283185307179586;

// Pseudo-random numbers by position, so that a start depends on nothing but its number.
double uniform_at(std::uint64_t position) {
  const std::uint64_t bits = split_mix_output((position + 1) * kSplitMixStep);
  return (static_cast<double>(bits >> 11) + 0.5) * 0x1.0p-53;
}

MatrixXd scattered(Index dimension, Index classes, std::uint64_t start) {
  MatrixXd means(dimension, classes);
  std::uint64_t position = start << 40;
  for (Index c = 0; c < classes; ++c) {
    for (Index i = 0; i < dimension; ++i, position += 2) {
      means(i, c) = std::sqrt(-2 * std::log(uniform_at(position))) * std::cos(kTurn * uniform_at(position + 1));
    }
  }
  return means;
}

MatrixXd polygon(Index classes) {
  MatrixXd means(2, classes);
  for (Index c = 0; c < classes; ++c) {
    const double angle = kTurn * static_cast<double>(c) / static_cast<double>(classes);
    means.col(c) << std::cos(angle), std::sin(angle);
  }
  return means;
}

class Relaxation {
 public:
  explicit Relaxation(const CollapsedLoss& loss) : loss_(loss) {
    total_ = loss.own.array() + loss.mass.sum() - loss.mass.array();
  }

  SpherePoint at(const MatrixXd& free) {
    const Index classes = free.cols();
    const VectorXd norms = free.colwise().norm();
    unit_.noalias() = free * norms.cwiseInverse().asDiagonal();
    forces_.setZero(classes, classes);
    forces_.selfadjointView<Eigen::Lower>().rankUpdate(unit_.transpose());
    forces_.triangularView<Eigen::StrictlyUpper>() = forces_.transpose();
    forces_.array() = (forces_.array() - 1).min(0.0) / loss_.temperature;
    SpherePoint result;
    VectorXd denominators;
    if (loss_.temperature >= kWarm) {
      forces_.diagonal().setZero();
      const VectorXd drop = forces_.unaryExpr([](double x) { return std::expm1(x); }) * loss_.mass;
      result.value = (loss_.weight.array() * (drop.array() / total_.array()).log1p()).sum();
      denominators = total_ + drop;
      forces_ = forces_.array().exp();
      forces_.diagonal().setZero();
    } else {
      forces_ = forces_.array().exp();
      forces_.diagonal().setZero();
      const VectorXd sum = forces_ * loss_.mass;
      result.value = (loss_.weight.array() * (sum.array() / loss_.own.array()).log1p()).sum();
      denominators = loss_.own + sum;
    }
    // Force between c and c': q (weight_c mass_c'/D_c + weight_c' mass_c/D_c') / temperature.
    const VectorXd ratio = loss_.weight.array() / denominators.array();
    forces_.array() *= (ratio * loss_.mass.transpose() + loss_.mass * ratio.transpose()).array() / loss_.temperature;
    const double size = forces_.norm();
    result.gradient.noalias() = unit_ * forces_;
    const Eigen::RowVectorXd radial = unit_.cwiseProduct(result.gradient).colwise().sum();
    result.gradient.noalias() -= unit_ * radial.asDiagonal();
    result.imbalance = size > 0 ? result.gradient.norm() / size : 0;
    result.gradient *= norms.cwiseInverse().asDiagonal();
    return result;
  }

  ClassMeans relax(const MatrixXd& start, double tolerance, int max_evaluations) {
    RelaxedColumns relaxed =
        relax_on_spheres([&](const MatrixXd& free) { return at(free); }, start.colwise().normalized(),
                         {.tolerance = tolerance, .max_evaluations = max_evaluations});
    return {std::move(relaxed.columns), relaxed.value, relaxed.imbalance <= std::max(tolerance, kStillBalanced),
            static_cast<int>(relaxed.evaluations)};
  }

 private:
  const CollapsedLoss& loss_;
  VectorXd total_;  // D_c with all means at one point
  MatrixXd unit_, forces_;
};

}  // namespace

double collapsed_loss_work(double classes, double dimension) { return classes * classes * (dimension + 60); }

ClassMeans place_class_means(const CollapsedLoss& loss, const MatrixXd& start, int max_evaluations) {
  return Relaxation(loss).relax(start, kBalanced, max_evaluations);
}

ClassMeans place_class_means(const CollapsedLoss& loss, int starts, int max_evaluations) {
  Relaxation relaxation(loss);
  const int rough = std::max(1, max_evaluations / (2 * starts));
  ClassMeans best;
  int spent = 0;
  for (int i = 0; i < starts; ++i) {
    const bool circle = loss.dimension == 2 && i == 0;
    const MatrixXd start =
        circle ? polygon(loss.weight.size())
               : scattered(static_cast<Index>(loss.dimension), loss.weight.size(), static_cast<std::uint64_t>(i));
    ClassMeans means = relaxation.relax(start, kRoughlyBalanced, rough);
    spent += means.evaluations;
    if (i == 0 || means.energy < best.energy) best = std::move(means);
  }
  best = relaxation.relax(best.directions, kBalanced, max_evaluations - spent);
  best.evaluations += spent;
  return best;
}

StabilityOfMeans::StabilityOfMeans(const CollapsedLoss& loss, const VectorXd& image_weight, const MatrixXd& directions)
    : loss_(loss), image_weight_(image_weight), directions_(directions) {
  cosines_.noalias() = directions.transpose() * directions;
  kernel_ = ((cosines_.array() - 1).min(0.0) / loss.temperature).exp();
  kernel_.diagonal().setZero();
  denominators_ = loss.own + kernel_ * loss.mass;
}

ClassStability StabilityOfMeans::of(Index c) const {
  const VectorXd mass = kernel_.col(c).cwiseProduct(loss_.mass);
  const VectorXd per_image = image_weight_.array() / denominators_.array();
  const VectorXd beta = mass.array() * (per_image.array() + per_image[c]);
  const VectorXd pull = directions_ * mass / denominators_[c];
  MatrixXd bend = directions_ * beta.asDiagonal() * directions_.transpose();
  bend -= image_weight_[c] * pull * pull.transpose();
  // Keep what lies across mu_c and lift mu_c itself out of the way.
  const VectorXd axis = directions_.col(c);
  const VectorXd image = bend * axis;
  const double along = axis.dot(image);
  bend -= axis * image.transpose() + image * axis.transpose();
  bend += (along + bend.norm() + std::abs(along) + 1) * axis * axis.transpose();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(bend, Eigen::EigenvaluesOnly);
  return {denominators_[c], beta.dot(cosines_.col(c)), solver.eigenvalues()[0]};
}

}  // namespace ssem::advisor
