#include "advisor/tuning/gaussian_process.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace ssem::advisor::tuning {
namespace {

// Priors: lengths around half of the unit range, noise around 1 % of the signal; both within a factor e^spread.
constexpr double kMeanLogLength = -0.7;
constexpr double kLengthSpread = 1.0;
constexpr double kMeanLogNoise = -4.6;
constexpr double kNoiseSpread = 2.0;
constexpr double kLowestNoise = 1e-6;
constexpr int kRounds = 4;

// Squared distances per group of coordinates, so that a change of lengths costs no pass over the coordinates.
std::vector<Eigen::MatrixXd> squared_distances(const Eigen::MatrixXd& points, const std::vector<int>& group_of,
                                               std::size_t groups) {
  const Eigen::Index rows = points.rows();
  std::vector<Eigen::MatrixXd> squares(groups, Eigen::MatrixXd::Zero(rows, rows));
  for (Eigen::Index axis = 0; axis < points.cols(); ++axis) {
    Eigen::MatrixXd& sum = squares[static_cast<std::size_t>(group_of[static_cast<std::size_t>(axis)])];
    for (Eigen::Index row = 0; row < rows; ++row) {
      sum.col(row).array() += (points.col(axis).array() - points(row, axis)).square();
    }
  }
  return squares;
}

Eigen::ArrayXXd matern(const Eigen::ArrayXXd& squared) {
  const Eigen::ArrayXXd q = (5 * squared).sqrt();
  return (1 + q + q.square() / 3) * (-q).exp();
}

struct Hyperparameters {
  std::vector<double> log_lengths;
  double log_noise = kMeanLogNoise;
};

// The log of the marginal likelihood, s^2 profiled out, plus the log priors; -inf where the matrix is singular.
double log_marginal_likelihood(const std::vector<Eigen::MatrixXd>& squares, const Eigen::VectorXd& values,
                               const Hyperparameters& at) {
  const Eigen::Index rows = values.size();
  Eigen::ArrayXXd squared = Eigen::ArrayXXd::Zero(rows, rows);
  double prior = -std::pow((at.log_noise - kMeanLogNoise) / kNoiseSpread, 2) / 2;
  for (std::size_t group = 0; group < squares.size(); ++group) {
    squared += squares[group].array() * std::exp(-2 * at.log_lengths[group]);
    prior -= std::pow((at.log_lengths[group] - kMeanLogLength) / kLengthSpread, 2) / 2;
  }
  Eigen::MatrixXd correlation = matern(squared).matrix();
  correlation.diagonal().array() += std::exp(at.log_noise);
  const Eigen::LLT<Eigen::MatrixXd> cholesky(correlation);
  if (cholesky.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
  const double fit = values.dot(cholesky.solve(values));
  const double log_determinant = 2 * cholesky.matrixLLT().diagonal().array().log().sum();
  const auto count = static_cast<double>(rows);
  return prior - (count * std::log(std::max(fit / count, 1e-12)) + log_determinant) / 2;
}

// Coordinate search: each parameter up, else down; steps halve from round to round.
Hyperparameters fitted(const std::vector<Eigen::MatrixXd>& squares, const Eigen::VectorXd& values) {
  Hyperparameters best{std::vector<double>(squares.size(), kMeanLogLength), kMeanLogNoise};
  double highest = log_marginal_likelihood(squares, values, best);
  double step = 1.0;
  for (int round = 0; round < kRounds; ++round, step /= 2) {
    for (std::size_t parameter = 0; parameter <= squares.size(); ++parameter) {
      for (const double change : {step, -step}) {
        Hyperparameters tried = best;
        double& moved = parameter < squares.size() ? tried.log_lengths[parameter] : tried.log_noise;
        moved += parameter < squares.size() ? change : 2 * change;
        const double reached = log_marginal_likelihood(squares, values, tried);
        if (reached <= highest) continue;
        highest = reached;
        best = std::move(tried);
        break;
      }
    }
  }
  return best;
}

}  // namespace

GaussianProcess::GaussianProcess(Eigen::MatrixXd points, const Eigen::VectorXd& values, std::vector<int> group_of,
                                 Eigen::Index fitted_rows)
    : points_(std::move(points)), group_of_(std::move(group_of)) {
  // Divided by their size before they are squared: values may be near the end of what a double holds.
  const double size = std::max(values.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min());
  const Eigen::ArrayXd sized = values.array() / size;
  const double spread = std::sqrt((sized - sized.mean()).square().mean());
  centre_ = size * sized.mean();
  scale_ = size * (spread > 0 ? spread : 1);
  values_ = (sized - sized.mean()) / (spread > 0 ? spread : 1);
  const int groups = group_of_.empty() ? 0 : *std::max_element(group_of_.begin(), group_of_.end()) + 1;
  const Eigen::Index rows = std::min(fitted_rows, points_.rows());
  const Hyperparameters found =
      fitted(squared_distances(points_.topRows(rows), group_of_, static_cast<std::size_t>(groups)), values_.head(rows));
  for (const double log_length : found.log_lengths) lengths_.push_back(std::exp(log_length));
  noise_ = std::max(std::exp(found.log_noise), kLowestNoise);
  solve();
  signal_ = std::max(values_.dot(weights_) / static_cast<double>(values_.size()), 1e-12);
}

void GaussianProcess::solve() {
  const std::vector<Eigen::MatrixXd> squares = squared_distances(points_, group_of_, lengths_.size());
  Eigen::ArrayXXd squared = Eigen::ArrayXXd::Zero(points_.rows(), points_.rows());
  for (std::size_t group = 0; group < squares.size(); ++group) {
    squared += squares[group].array() / (lengths_[group] * lengths_[group]);
  }
  Eigen::MatrixXd correlation = matern(squared).matrix();
  correlation.diagonal().array() += noise_;
  const Eigen::LLT<Eigen::MatrixXd> cholesky(correlation);
  factor_ = cholesky.matrixL();
  weights_ = cholesky.solve(values_);
}

Eigen::MatrixXd GaussianProcess::correlations(const Eigen::MatrixXd& points) const {
  Eigen::ArrayXXd squared = Eigen::ArrayXXd::Zero(points_.rows(), points.rows());
  for (Eigen::Index axis = 0; axis < points_.cols(); ++axis) {
    const double length = lengths_[static_cast<std::size_t>(group_of_[static_cast<std::size_t>(axis)])];
    for (Eigen::Index column = 0; column < points.rows(); ++column) {
      squared.col(column) += ((points_.col(axis).array() - points(column, axis)) / length).square();
    }
  }
  return matern(squared).matrix();
}

std::vector<Prediction> GaussianProcess::at(const Eigen::MatrixXd& points) const {
  Eigen::MatrixXd shared = correlations(points);
  const Eigen::VectorXd means = shared.transpose() * weights_;
  factor_.triangularView<Eigen::Lower>().solveInPlace(shared);
  std::vector<Prediction> predictions(static_cast<std::size_t>(points.rows()));
  for (Eigen::Index column = 0; column < points.rows(); ++column) {
    const double variance = signal_ * std::max(1 - shared.col(column).squaredNorm(), 0.0);
    predictions[static_cast<std::size_t>(column)] = {centre_ + scale_ * means(column), scale_ * std::sqrt(variance)};
  }
  return predictions;
}

GaussianProcess GaussianProcess::condition_on(const Eigen::MatrixXd& pending) const {
  if (pending.rows() == 0) return *this;
  GaussianProcess wider = *this;
  wider.points_.conservativeResize(points_.rows() + pending.rows(), Eigen::NoChange);
  wider.points_.bottomRows(pending.rows()) = pending;
  wider.values_.conservativeResize(points_.rows() + pending.rows());
  wider.values_.tail(pending.rows()) = correlations(pending).transpose() * weights_;
  wider.solve();
  return wider;
}

double GaussianProcess::lowest_mean() const {
  // R w = y - g w, since (R + g I) w = y.
  return centre_ + scale_ * (values_ - noise_ * weights_).minCoeff();
}

double GaussianProcess::prior_deviation() const { return scale_ * std::sqrt(signal_); }

double GaussianProcess::noise_deviation() const { return scale_ * std::sqrt(signal_ * noise_); }

double expected_improvement(const Prediction& prediction, double best) {
  const double gap = best - prediction.mean;
  if (prediction.deviation <= 0) return std::max(gap, 0.0);
  const double z = gap / prediction.deviation;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0));
  const double below = std::erfc(-z / std::sqrt(2.0)) / 2;
  return std::max(gap * below + prediction.deviation * density, 0.0);
}

double shown_share(const Prediction& prediction, double noise_deviation) {
  const double both = std::hypot(prediction.deviation, noise_deviation);
  return both > 0 ? 1 - noise_deviation / both : 1;
}

}  // namespace ssem::advisor::tuning
