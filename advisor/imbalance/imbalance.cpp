#include "advisor/imbalance/imbalance.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/log_math.h"

namespace ssem::advisor {
namespace {

constexpr double kUsualTemperature = 0.1;

bool has_variances(const Problem& problem, double loss_weight) {
  return problem.convention != Convention::dcl && loss_weight < 1 &&
         (!problem.dimension || *problem.dimension >= problem.classes);
}

void warn(const ImbalanceModel& model, const GroupedMeans& means, std::vector<Warning>& warnings) {
  double lone = 0;
  for (const ClassKind& level : model.levels()) {
    if (level.instances < 2) lone += level.classes;
  }
  if (lone > 0) {
    warnings.push_back(
        {"too_few_instances_in_batch",
         std::to_string(static_cast<std::int64_t>(lone)) +
             " classes have fewer than 2 images in a batch on average: most of their images meet no other "
             "image of their class. Their thresholds are those of random batches."});
  }
  if (model.rounded()) {
    warnings.push_back({"class_counts_rounded",
                        "There are more than 4096 different class counts: neighbouring ones are "
                        "answered together."});
  }
  if (means.estimated) {
    warnings.push_back({"class_means_estimated",
                        "There are too many classes to place their means in this dimension: "
                        "thresholds are estimated from evenly spread means."});
  } else if (!means.converged) {
    warnings.push_back({"class_means_not_converged",
                        "The arrangement of the class means was still moving a little when the "
                        "steps ran out: thresholds are approximate."});
  }
}

}  // namespace

std::vector<ClassEvaluation> evaluate_classes(const Problem& problem, const ImbalanceModel& model,
                                              const ImbalanceModel::Thresholds& thresholds, double loss_weight,
                                              double temperature, std::vector<Warning>& warnings) {
  std::vector<double> variances;
  if (has_variances(problem, loss_weight)) variances = model.variances(loss_weight, temperature, thresholds);
  warn(model, thresholds.means, warnings);
  std::vector<ClassEvaluation> rows(problem.class_counts.size());
  for (std::size_t c = 0; c < rows.size(); ++c) {
    const std::size_t level = model.level_of(c);
    ClassEvaluation& row = rows[c];
    row.class_index = static_cast<std::int64_t>(c);
    row.class_count = problem.class_counts[c];
    row.instances_in_batch = model.levels()[level].instances;
    row.loss_weight_threshold = thresholds.loss_weight[level];
    row.collapsed = loss_weight <= row.loss_weight_threshold;
    if (row.collapsed) {
      row.estimated_within_class_variance = 0;
    } else if (!variances.empty()) {
      row.estimated_within_class_variance = variances[level];
    }
  }
  return rows;
}

double class_temperature_threshold(const ImbalanceModel& model, double loss_weight) {
  Eigen::MatrixXd arrangement;
  // Positive where some class collapses; grows with the temperature.
  const auto excess = [&](double temperature) {
    ImbalanceModel::Thresholds at = model.thresholds(temperature, arrangement.size() > 0 ? &arrangement : nullptr);
    arrangement = std::move(at.means.arrangement);
    const double highest = *std::max_element(at.loss_weight.begin(), at.loss_weight.end());
    return std::min(highest, 2.0) - loss_weight;
  };
  double low = kUsualTemperature, high = kUsualTemperature;
  double at_low = excess(low), at_high = at_low;
  while (at_low >= 0 && low > kLowestTemperature) {
    high = low, at_high = at_low;
    low = std::max(kLowestTemperature, low / 3);
    at_low = excess(low);
  }
  if (at_low >= 0) return 0;
  while (at_high < 0 && high < kHighestTemperature) {
    low = high, at_low = at_high;
    high = std::min(kHighestTemperature, 3 * high);
    at_high = excess(high);
  }
  if (at_high < 0) return kInfinity;
  const auto by_logarithm = [&](double logarithm) { return excess(std::exp(logarithm)); };
  return std::exp(bracketed_root(by_logarithm, std::log(low), at_low, std::log(high), at_high, 0, 1e-10, 60).at);
}

}  // namespace ssem::advisor
