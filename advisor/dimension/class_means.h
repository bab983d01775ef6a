// Where the class means lie when every class is collapsed (theory.md, sections 3 and 4): m unit vectors in d dimensions
// that minimise  sum_c weight_c log D_c,  D_c = own_c + sum_{c' != c} mass_c' e^{(mu_c . mu_c' - 1)/temperature},
// and how much each class resists coming apart there. For d >= m-1 and equal classes they form a simplex; below it they
// are found numerically. Deterministic, no shared state.
#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace ssem::advisor {

// Relative size of the net force on a mean: what is relaxed to, and what still counts as a minimum, since many points
// on a small sphere have flat directions.
inline constexpr double kBalanced = 1e-8;
inline constexpr double kStillBalanced = 1e-6;
// From this temperature on, energies are measured from all means at one point.
inline constexpr double kWarm = 1.0;
// Means are placed one by one up to this collapsed_loss_work: 100 classes in any dimension take up to a second.
inline constexpr double kMostPlacedWork = 1.6e6;

struct CollapsedLoss {
  Eigen::VectorXd weight;  // share of the loss: n_c/N, times g_c where reductions weigh classes
  Eigen::VectorXd own;     // n_c - 1 + kappa
  Eigen::VectorXd mass;    // images of the class that another class meets
  std::int64_t dimension = 2;
  double temperature = 1;
};

struct ClassMeans {
  Eigen::MatrixXd directions;  // dimension x classes, unit columns
  double energy = 0;           // against another arrangement of the same problem only
  bool converged = false;      // the net forces are below 1e-6 of the forces' size
  int evaluations = 0;
};

// Floating point operations of one evaluation, roughly: what budgets are written in.
double collapsed_loss_work(double classes, double dimension);

// L-BFGS over free vectors that are normalised. Without a start: the best of `starts` pseudo-random arrangements, each
// relaxed roughly, the best one finished. At most `max_evaluations` in all.
ClassMeans place_class_means(const CollapsedLoss& loss, int starts, int max_evaluations);
ClassMeans place_class_means(const CollapsedLoss& loss, const Eigen::MatrixXd& start, int max_evaluations);

// What the second-order condition of class c needs; weights g_c multiply log D_c per image of class c.
struct ClassStability {
  double denominator = 0;  // D_c
  double theta = 0;        // sum beta_cc' mu_c . mu_c',  beta_cc' = mass_c' q_cc' (g_c/D_c + g_c'/D_c')
  double lambda = 0;       // smallest eigenvalue of sum beta mu' mu'^T - g_c v v^T across mu_c, v = sum mass q mu'/D_c
};
class StabilityOfMeans {
 public:
  // All three must outlive it.
  StabilityOfMeans(const CollapsedLoss& loss, const Eigen::VectorXd& image_weight, const Eigen::MatrixXd& directions);
  StabilityOfMeans(const CollapsedLoss&&, const Eigen::VectorXd&, const Eigen::MatrixXd&) = delete;
  StabilityOfMeans(const CollapsedLoss&, const Eigen::VectorXd&&, const Eigen::MatrixXd&) = delete;
  StabilityOfMeans(const CollapsedLoss&, const Eigen::VectorXd&, const Eigen::MatrixXd&&) = delete;
  // O(d^2 (m + d)); needs d >= 2.
  ClassStability of(Eigen::Index class_index) const;

 private:
  const CollapsedLoss& loss_;
  const Eigen::VectorXd& image_weight_;
  const Eigen::MatrixXd& directions_;
  Eigen::MatrixXd kernel_;  // q_cc', 0 on the diagonal
  Eigen::MatrixXd cosines_;
  Eigen::VectorXd denominators_;
};

}  // namespace ssem::advisor
