#include "advisor/imbalance/class_groups.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "advisor/dimension/class_means.h"
#include "advisor/dimension/tight_frame.h"
#include "advisor/numeric/sphere_lbfgs.h"

namespace ssem::advisor {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kWorkOfAllSteps = 1e9;
constexpr int kMostSteps = 3000;
constexpr double kLeastScale = 1e-12;

// Columns are groups: rows 0..G-1 are a_g, row G is s_g.
class GroupedRelaxation {
 public:
  explicit GroupedRelaxation(const GroupedLoss& loss) : loss_(loss), groups_(loss.classes.size()) {
    others_ = loss.classes.transpose().replicate(groups_, 1);
    others_.diagonal().array() -= 1;
    total_ = loss.own + others_ * loss.mass;
  }

  MatrixXd cosines(const MatrixXd& unit) const {
    MatrixXd cosines = unit.topRows(groups_).transpose() * unit.topRows(groups_);
    for (Index g = 0; g < groups_; ++g) {
      if (loss_.classes[g] > 1) cosines(g, g) -= unit(groups_, g) * unit(groups_, g) / (loss_.classes[g] - 1);
    }
    return cosines;
  }

  SpherePoint at(const MatrixXd& free) const {
    const VectorXd norms = free.colwise().norm();
    const MatrixXd unit = free * norms.cwiseInverse().asDiagonal();
    const MatrixXd exponents = (cosines(unit).array() - 1).min(0.0) / loss_.temperature;
    const VectorXd class_weight = loss_.classes.cwiseProduct(loss_.weight);
    SpherePoint result;
    VectorXd denominators;
    if (loss_.temperature >= kWarm) {
      const VectorXd drop =
          exponents.unaryExpr([](double x) { return std::expm1(x); }).cwiseProduct(others_) * loss_.mass;
      result.value = (class_weight.array() * (drop.array() / total_.array()).log1p()).sum();
      denominators = total_ + drop;
    } else {
      const VectorXd sum = exponents.array().exp().matrix().cwiseProduct(others_) * loss_.mass;
      result.value = (class_weight.array() * (sum.array() / loss_.own.array()).log1p()).sum();
      denominators = loss_.own + sum;
    }
    // Every ordered pair of classes of groups g and h pulls with weight_g mass_h / D_g.
    MatrixXd forces = (class_weight.cwiseQuotient(denominators) * loss_.mass.transpose()).cwiseProduct(others_);
    forces = forces.array() * exponents.array().exp() / loss_.temperature;
    forces += MatrixXd(forces.transpose());
    const VectorXd sizes = forces.colwise().norm();
    result.gradient.resize(free.rows(), free.cols());
    result.gradient.topRows(groups_).noalias() = unit.topRows(groups_) * forces;
    for (Index g = 0; g < groups_; ++g) {
      const double between = loss_.classes[g] > 1 ? forces(g, g) / (loss_.classes[g] - 1) : 0;
      result.gradient(groups_, g) = -between * unit(groups_, g);
    }
    const Eigen::RowVectorXd radial = unit.cwiseProduct(result.gradient).colwise().sum();
    result.gradient -= unit * radial.asDiagonal();
    for (Index g = 0; g < groups_; ++g) {
      if (sizes[g] > 0) result.imbalance = std::max(result.imbalance, result.gradient.col(g).norm() / sizes[g]);
    }
    result.gradient *= norms.cwiseInverse().asDiagonal();
    return result;
  }

  // Columns whose lengths grow with the forces on them: small classes then move as fast as large ones.
  MatrixXd scaled(const MatrixXd& unit) const {
    const MatrixXd kernel = ((cosines(unit).array() - 1).min(0.0) / loss_.temperature).exp();
    const VectorXd denominators = loss_.own + kernel.cwiseProduct(others_) * loss_.mass;
    const VectorXd ratio = loss_.classes.cwiseProduct(loss_.weight).cwiseQuotient(denominators);
    MatrixXd forces = (ratio * loss_.mass.transpose()).cwiseProduct(others_).cwiseProduct(kernel);
    forces += MatrixXd(forces.transpose());
    const VectorXd sums = forces.colwise().sum().transpose();
    const double most = sums.maxCoeff();
    if (!(most > 0)) return unit;
    return unit * (sums / most).cwiseMax(kLeastScale).cwiseSqrt().asDiagonal();
  }

  // The simplex of all m classes.
  MatrixXd simplex() const {
    const double m = loss_.classes.sum();
    MatrixXd unit(groups_ + 1, groups_);
    for (Index g = 0; g < groups_; ++g) {
      const double k = loss_.classes[g];
      for (Index h = 0; h < groups_; ++h) {
        unit(h, g) = std::sqrt(m / (m - 1)) * ((h == g ? 1 / std::sqrt(k) : 0) - std::sqrt(loss_.classes[h]) / m);
      }
      unit(groups_, g) = std::sqrt((k - 1) * m / (k * (m - 1)));
    }
    return unit;
  }

  // Smallest eigenvalue of sum beta mu' mu'^T - g v v^T across a mean of group g, in the m-1 dimensions that all span.
  double lambda(const MatrixXd& unit, const MatrixXd& kernel, Index g) const {
    const VectorXd denominators = loss_.own + kernel.cwiseProduct(others_) * loss_.mass;
    const double k = loss_.classes[g], s = unit(groups_, g);
    double smallest = std::numeric_limits<double>::infinity();
    MatrixXd bend = MatrixXd::Zero(groups_ + 1, groups_ + 1);
    VectorXd pull = VectorXd::Zero(groups_ + 1);
    for (Index h = 0; h < groups_; ++h) {
      const double reach = kernel(g, h) * loss_.mass[h];
      const double beta = reach * (loss_.image_weight[g] / denominators[g] + loss_.image_weight[h] / denominators[h]);
      const double size = loss_.classes[h], private_part = unit(groups_, h) * unit(groups_, h);
      // Across the simplex of a group: its own vertices point there. For the mean's own group less its own direction.
      if (size > (h == g ? 2 : 1)) smallest = std::min(smallest, beta * private_part * size / (size - 1));
      VectorXd centre = unit.col(h);
      centre[groups_] = h == g && k > 1 ? -s / (k - 1) : 0;
      bend += others_(g, h) * beta * centre * centre.transpose();
      pull += others_(g, h) * reach / denominators[g] * centre;
    }
    bend -= loss_.image_weight[g] * pull * pull.transpose();
    // Not directions: the mean itself, the one that no shared part uses, and a private one that does not exist.
    const double m = loss_.classes.sum();
    VectorXd unused = VectorXd::Zero(groups_ + 1);
    unused.head(groups_) = (loss_.classes / m).cwiseSqrt();
    MatrixXd out(groups_ + 1, k > 1 ? 2 : 3);
    out.col(0) = unit.col(g);
    out.col(1) = unused;
    if (k <= 1) out.col(2) = VectorXd::Unit(groups_ + 1, groups_);
    const MatrixXd keep = MatrixXd::Identity(groups_ + 1, groups_ + 1) - out * out.transpose();
    const double lift = 1 + 2 * bend.norm();
    const MatrixXd across = keep * bend * keep + lift * out * out.transpose();
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(across, Eigen::EigenvaluesOnly);
    const double shared = solver.eigenvalues()[0];
    return std::min(smallest, shared < 0.5 * lift ? shared : smallest);
  }

 private:
  const GroupedLoss& loss_;
  Index groups_;
  MatrixXd others_;  // classes of group h that a class of group g meets
  VectorXd total_;
};

GroupedMeans placed_as_groups(const GroupedLoss& loss, const MatrixXd* start) {
  const GroupedRelaxation relaxation(loss);
  const Index groups = loss.classes.size();
  const double work = collapsed_loss_work(static_cast<double>(groups), static_cast<double>(groups));
  const int steps = static_cast<int>(std::min<double>(kMostSteps, kWorkOfAllSteps / work));
  RelaxedColumns relaxed = relax_on_spheres([&](const MatrixXd& free) { return relaxation.at(free); },
                                            relaxation.scaled(start != nullptr ? *start : relaxation.simplex()),
                                            {.tolerance = kBalanced, .max_evaluations = steps});
  GroupedMeans means;
  means.cosines = relaxation.cosines(relaxed.columns);
  means.kernel = ((means.cosines.array() - 1).min(0.0) / loss.temperature).exp();
  means.lambda = VectorXd::Zero(groups);
  const double classes = loss.classes.sum();
  if (loss.dimension && static_cast<double>(*loss.dimension) < classes) {
    for (Index g = 0; g < groups; ++g) means.lambda[g] = relaxation.lambda(relaxed.columns, means.kernel, g);
  }
  means.converged = relaxed.imbalance <= kStillBalanced;
  means.arrangement = std::move(relaxed.columns);
  return means;
}

// Groups of one class each in d < m-1 dimensions.
GroupedMeans placed_one_by_one(const GroupedLoss& loss, const MatrixXd* start) {
  const CollapsedLoss each{loss.weight, loss.own, loss.mass, *loss.dimension, loss.temperature};
  const double work = collapsed_loss_work(loss.classes.sum(), static_cast<double>(*loss.dimension));
  const int steps = static_cast<int>(std::min<double>(kMostSteps, kWorkOfAllSteps / work));
  ClassMeans placed =
      start != nullptr ? place_class_means(each, *start, steps / 10 + 1) : place_class_means(each, 3, steps);
  const StabilityOfMeans stability(each, loss.image_weight, placed.directions);
  GroupedMeans means;
  means.cosines = placed.directions.transpose() * placed.directions;
  means.kernel = ((means.cosines.array() - 1).min(0.0) / loss.temperature).exp();
  means.lambda.resize(loss.classes.size());
  for (Index c = 0; c < loss.classes.size(); ++c) means.lambda[c] = stability.of(c).lambda;
  means.converged = placed.converged;
  means.arrangement = std::move(placed.directions);
  return means;
}

GroupedMeans estimated_means(const GroupedLoss& loss) {
  const Index groups = loss.classes.size();
  const double classes = loss.classes.sum();
  const auto dimension = static_cast<double>(*loss.dimension);
  const KernelSums sums = tight_frame_sums(classes, dimension, loss.temperature);
  GroupedMeans means;
  means.kernel = MatrixXd::Constant(groups, groups, sums.plain / (classes - 1));
  means.cosines = MatrixXd::Constant(groups, groups, sums.plain > 0 ? sums.cosine / sums.plain : 0.0);
  MatrixXd others = loss.classes.transpose().replicate(groups, 1);
  others.diagonal().array() -= 1;
  const VectorXd denominators = loss.own + means.kernel.cwiseProduct(others) * loss.mass;
  const VectorXd ratio = loss.image_weight.cwiseQuotient(denominators);
  const VectorXd met = others * loss.mass;
  const VectorXd weighed = others * loss.mass.cwiseProduct(ratio);
  const double across = dimension > 1 ? sums.across / ((classes - 1) * (dimension - 1)) : 0;
  means.lambda = across * (met.cwiseProduct(ratio) + weighed);
  means.converged = true;
  means.estimated = true;
  return means;
}

}  // namespace

bool are_placed_one_by_one(double classes, double dimension) {
  return dimension >= 2 && dimension < classes - 1 && collapsed_loss_work(classes, dimension) <= kMostPlacedWork;
}

GroupedMeans place_grouped_means(const GroupedLoss& loss, const MatrixXd* start) {
  const double classes = loss.classes.sum();
  if (!loss.dimension || static_cast<double>(*loss.dimension) >= classes - 1) return placed_as_groups(loss, start);
  const bool single = are_placed_one_by_one(classes, static_cast<double>(*loss.dimension));
  return single && loss.classes.maxCoeff() <= 1 ? placed_one_by_one(loss, start) : estimated_means(loss);
}

}  // namespace ssem::advisor
