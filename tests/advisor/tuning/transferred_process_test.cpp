#include "advisor/tuning/transferred_process.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace ssem::advisor::tuning;

namespace {

// A valley on the unit interval.
double valley(double x) { return (x - 0.3) * (x - 0.3); }

Eigen::MatrixXd column(const std::vector<double>& xs) {
  return Eigen::Map<const Eigen::MatrixXd>(xs.data(), static_cast<Eigen::Index>(xs.size()), 1);
}

template <class Function>
Eigen::VectorXd values_at(const std::vector<double>& xs, Function function) {
  Eigen::VectorXd values(static_cast<Eigen::Index>(xs.size()));
  for (std::size_t k = 0; k < xs.size(); ++k) values(static_cast<Eigen::Index>(k)) = function(xs[k]);
  return values;
}

const std::vector<double> kEarlier = {0, 0.1, 0.2, 0.35, 0.5, 0.6, 0.75, 0.9, 1};
const std::vector<double> kUnseen = {0.05, 0.28, 0.45, 0.7, 0.95};

std::vector<EarlierResults> one_earlier() { return {{column(kEarlier), values_at(kEarlier, valley)}}; }

double worst_error(const std::vector<Prediction>& predictions, double (*truth)(double)) {
  double worst = 0;
  for (std::size_t k = 0; k < kUnseen.size(); ++k) {
    worst = std::max(worst, std::abs(predictions[k].mean - truth(kUnseen[k])));
  }
  return worst;
}

double scaled(double x) { return 10 + 3 * valley(x); }
double upside_down(double x) { return 5 - valley(x); }

}  // namespace

TEST_CASE("before there are results the earlier shape is predicted at the scale that it had") {
  const TransferredProcess process(one_earlier(), Eigen::MatrixXd(0, 1), Eigen::VectorXd(), {0}, 64);
  const auto predictions = process.at(column({0.3, 1.0}));
  CHECK(predictions[1].mean - predictions[0].mean == doctest::Approx(0.49).epsilon(0.03));
  CHECK(process.lowest_mean() == doctest::Approx(predictions[0].mean).epsilon(0.2));
  CHECK(process.noise_deviation() >= 0);
}

TEST_CASE("a shifted and stretched copy of the earlier shape is known from three results") {
  const std::vector<double> few = {0.0, 0.5, 1.0};
  const TransferredProcess process(one_earlier(), column(few), values_at(few, scaled), {0}, 64);
  const GaussianProcess alone(column(few), values_at(few, scaled), {0}, 64);
  const double error = worst_error(process.at(column(kUnseen)), scaled);
  CHECK(error < 0.25);
  CHECK(error < worst_error(alone.at(column(kUnseen)), scaled) / 2);
  const double earlier_scale =
      std::sqrt((values_at(kEarlier, valley).array() - values_at(kEarlier, valley).mean()).square().mean());
  CHECK(process.scale() > earlier_scale);
  CHECK(process.scale() < 3.01 * earlier_scale);
}

TEST_CASE("results that run the other way take the earlier shape out of the prediction") {
  const TransferredProcess process(one_earlier(), column(kEarlier), values_at(kEarlier, upside_down), {0}, 64);
  CHECK(process.scale() == 0);
  CHECK(worst_error(process.at(column(kUnseen)), upside_down) < 0.02);
}

TEST_CASE("each earlier search counts by its shape, whatever its values were") {
  std::vector<EarlierResults> earlier = one_earlier();
  earlier.push_back({column(kEarlier), values_at(kEarlier, [](double x) { return 1e6 + 1e4 * valley(x); })});
  const TransferredProcess process(earlier, Eigen::MatrixXd(0, 1), Eigen::VectorXd(), {0}, 64);
  const auto predictions = process.at(column({0.0, 0.3, 1.0}));
  CHECK(predictions[1].mean < predictions[0].mean);
  CHECK(predictions[0].mean < predictions[2].mean);
}

TEST_CASE("pending points leave nothing to be learnt where they are") {
  const std::vector<double> few = {0.0, 0.9};
  const TransferredProcess process(one_earlier(), column(few), values_at(few, scaled), {0}, 64);
  const Eigen::MatrixXd there = column({0.5});
  CHECK(process.condition_on(there).at(there)[0].deviation < process.at(there)[0].deviation / 2);
}

TEST_CASE("values at the ends of what doubles hold and equal values give finite predictions") {
  const std::vector<double> few = {0.0, 0.4, 0.9};
  for (const double size : {1e308, 1e-308, 0.0}) {
    const auto extreme = [&](double x) { return x > 0.3 ? size : -size; };
    for (const auto& earlier :
         {EarlierResults{column(few), values_at(few, extreme)}, EarlierResults{column(few), values_at(few, valley)}}) {
      const TransferredProcess process({earlier}, column(few), values_at(few, extreme), {0}, 64);
      for (const Prediction& each : process.at(column(kUnseen))) {
        CHECK(std::isfinite(each.mean));
        CHECK(std::isfinite(each.deviation));
      }
      CHECK(std::isfinite(process.lowest_mean()));
    }
  }
}
