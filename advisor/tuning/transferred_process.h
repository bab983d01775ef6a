// What earlier searches found, carried over to one that begins: their model is the mean that its own model departs
// from.
//
//   f(x) = a + b m(x) + r(x)
//
// m is the posterior mean of a Gaussian process on the earlier results (each search's standardised, so that only the
// shape of the surface counts), b its scale here: least squares on the results here, drawn towards the scale it had
// there with the weight of kScaleResults of them, and never below 0 (a surface that runs the other way tells nothing);
// r is a Gaussian process on what b m leaves, once there are two results. As residual stacking (Golovin et al., KDD
// 2017) has it, but that the variances add, the earlier one times the share of r's that the results here leave open.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "advisor/tuning/gaussian_process.h"

namespace ssem::advisor::tuning {

inline constexpr double kScaleResults = 2;

// Points of one earlier search, a row each, and what they gave (to be made small).
struct EarlierResults {
  Eigen::MatrixXd points;
  Eigen::VectorXd values;
};

class TransferredProcess {
 public:
  // `points` may have no rows, one of `earlier` has. Lengths are fitted to the first `fitted_rows`. Costs two
  // processes.
  TransferredProcess(const std::vector<EarlierResults>& earlier, const Eigen::MatrixXd& points,
                     const Eigen::VectorXd& values, const std::vector<int>& group_of, Eigen::Index fitted_rows);

  std::vector<Prediction> at(const Eigen::MatrixXd& points) const;
  TransferredProcess condition_on(const Eigen::MatrixXd& pending) const;
  // Among the results here; where there is none, among the earlier ones.
  double lowest_mean() const;
  double noise_deviation() const;
  double scale() const { return unit_ * scale_; }  // b

 private:
  std::optional<GaussianProcess> source_;    // of standardised values
  std::optional<GaussianProcess> residual_;  // of values / unit_
  Eigen::MatrixXd points_;
  double unit_ = 1;    // values are divided by it: they may be near the end of what a double holds
  double centre_ = 0;  // a / unit_
  double scale_ = 1;   // b / unit_
};

}  // namespace ssem::advisor::tuning
