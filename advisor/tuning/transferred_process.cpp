#include "advisor/tuning/transferred_process.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ssem::advisor::tuning {
namespace {

constexpr Eigen::Index kFewestForResidual = 2;

struct Standard {
  double centre = 0;
  double spread = 1;
};

// Divided by their size before they are squared: values may be near the end of what a double holds.
Standard standard_of(const Eigen::VectorXd& values) {
  if (values.size() == 0) return {};
  const double size = std::max(values.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min());
  const Eigen::ArrayXd sized = values.array() / size;
  const double spread = std::sqrt((sized - sized.mean()).square().mean());
  return {size * sized.mean(), spread > 0 ? size * spread : 1};
}

struct Pooled {
  Eigen::MatrixXd points;
  Eigen::VectorXd values;
  double spread = 0;  // of the earlier searches' values, in the mean
};

Pooled pooled(const std::vector<EarlierResults>& earlier) {
  Eigen::Index rows = 0;
  Eigen::Index columns = 0;
  for (const EarlierResults& each : earlier) {
    rows += each.points.rows();
    columns = std::max(columns, each.points.cols());
  }
  Pooled all{Eigen::MatrixXd(rows, columns), Eigen::VectorXd(rows), 0};
  Eigen::Index row = 0;
  for (const EarlierResults& each : earlier) {
    const Eigen::Index count = each.points.rows();
    if (count == 0) continue;
    const Standard standard = standard_of(each.values);
    all.points.middleRows(row, count) = each.points;
    all.values.segment(row, count) = (each.values.array() / standard.spread) - standard.centre / standard.spread;
    all.spread += standard.spread * (static_cast<double>(count) / static_cast<double>(rows));
    row += count;
  }
  return all;
}

Eigen::VectorXd means_of(const std::vector<Prediction>& predictions) {
  Eigen::VectorXd means(static_cast<Eigen::Index>(predictions.size()));
  for (std::size_t k = 0; k < predictions.size(); ++k) means(static_cast<Eigen::Index>(k)) = predictions[k].mean;
  return means;
}

// Least squares of values on means through their centres, with kScaleResults results more that say `prior`.
double fitted_scale(const Eigen::VectorXd& means, const Eigen::VectorXd& values, double prior) {
  if (values.size() < 2) return prior;
  const Eigen::ArrayXd shape = means.array() - means.mean();
  const double slope = ((shape * (values.array() - values.mean())).sum() + kScaleResults * prior) /
                       (shape.square().sum() + kScaleResults);
  return std::max(slope, 0.0);
}

}  // namespace

TransferredProcess::TransferredProcess(const std::vector<EarlierResults>& earlier, const Eigen::MatrixXd& points,
                                       const Eigen::VectorXd& values, const std::vector<int>& group_of,
                                       Eigen::Index fitted_rows)
    : points_(points) {
  const Pooled all = pooled(earlier);
  source_.emplace(all.points, all.values, group_of, fitted_rows);
  unit_ = std::max(all.spread, std::numeric_limits<double>::min());
  if (values.size() > 0) unit_ = std::max(unit_, values.cwiseAbs().maxCoeff());
  scale_ = all.spread / unit_;
  if (values.size() == 0) return;
  const Eigen::VectorXd sized = values / unit_;
  const Eigen::VectorXd means = means_of(source_->at(points));
  scale_ = fitted_scale(means, sized, scale_);
  const Eigen::VectorXd left = sized - scale_ * means;
  centre_ = left.mean();
  if (points.rows() >= kFewestForResidual) residual_.emplace(points, left, group_of, fitted_rows);
}

std::vector<Prediction> TransferredProcess::at(const Eigen::MatrixXd& points) const {
  std::vector<Prediction> predictions = source_->at(points);
  if (!residual_) {
    for (Prediction& each : predictions) {
      each = {unit_ * (centre_ + scale_ * each.mean), unit_ * (scale_ * each.deviation)};
    }
    return predictions;
  }
  const std::vector<Prediction> departures = residual_->at(points);
  const double widest = std::max(residual_->prior_deviation(), std::numeric_limits<double>::min());
  for (std::size_t k = 0; k < predictions.size(); ++k) {
    const double open = departures[k].deviation / widest;
    predictions[k] = {unit_ * (scale_ * predictions[k].mean + departures[k].mean),
                      unit_ * std::hypot(departures[k].deviation, open * scale_ * predictions[k].deviation)};
  }
  return predictions;
}

TransferredProcess TransferredProcess::condition_on(const Eigen::MatrixXd& pending) const {
  TransferredProcess wider = *this;
  wider.source_ = source_->condition_on(pending);
  if (residual_) wider.residual_ = residual_->condition_on(pending);
  return wider;
}

double TransferredProcess::noise_deviation() const {
  return unit_ * (residual_ ? residual_->noise_deviation() : scale_ * source_->noise_deviation());
}

double TransferredProcess::lowest_mean() const {
  if (points_.rows() == 0) return unit_ * (centre_ + scale_ * source_->lowest_mean());
  return means_of(at(points_)).minCoeff();
}

}  // namespace ssem::advisor::tuning
