// Gaussian process regression (Rasmussen and Williams 2006, chapters 2 and 5), for a few hundred points.
//
// Values are standardised; k(x, x') = s^2 (1 + q + q^2/3) e^-q, q = sqrt(5) |x - x'| with each coordinate divided by
// its length (Matern, smoothness 5/2); noise g s^2. Lengths and g maximise the marginal likelihood times log-normal
// priors, s^2 is profiled out: s^2 = y' (R + g I)^-1 y / n.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace ssem::advisor::tuning {

struct Prediction {
  double mean = 0;
  double deviation = 0;  // of the function, without the noise
};

class GaussianProcess {
 public:
  // One row per point. `group_of[c]` names the length that coordinate c shares (0, 1, ... without gaps). Lengths and
  // noise are fitted to the first `fitted_rows` rows at most: O(fitted_rows^3) about 30 times, then O(rows^3) once.
  GaussianProcess(Eigen::MatrixXd points, const Eigen::VectorXd& values, std::vector<int> group_of,
                  Eigen::Index fitted_rows);

  std::vector<Prediction> at(const Eigen::MatrixXd& points) const;  // O(rows^2) for each

  // The same process knowing besides, without doubt of its own, what it predicts at these points: points that are being
  // tried are not tried again.
  GaussianProcess condition_on(const Eigen::MatrixXd& pending) const;

  // The lowest posterior mean among its points: what noise cannot fake.
  double lowest_mean() const;
  double prior_deviation() const;  // where none of its points is near
  double noise_deviation() const;  // of one result
  const std::vector<double>& lengths() const { return lengths_; }
  double noise() const { return noise_; }

 private:
  GaussianProcess() = default;
  void solve();
  Eigen::MatrixXd correlations(const Eigen::MatrixXd& points) const;  // rows of points_ by rows of `points`

  Eigen::MatrixXd points_;
  Eigen::VectorXd values_;  // standardised
  std::vector<int> group_of_;
  std::vector<double> lengths_;
  double noise_ = 0;
  double signal_ = 1;  // s^2
  double centre_ = 0;
  double scale_ = 1;
  Eigen::MatrixXd factor_;  // lower Cholesky factor of R + g I
  Eigen::VectorXd weights_;
};

// E[max(best - f, 0)] of a value to be made small.
double expected_improvement(const Prediction& prediction, double best);

// The share of the expected improvement that one noisy result can show (Huang et al., 2006): near 0 where the function
// is known better than one result is.
double shown_share(const Prediction& prediction, double noise_deviation);

}  // namespace ssem::advisor::tuning
