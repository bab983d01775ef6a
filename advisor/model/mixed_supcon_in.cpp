#include "advisor/model/mixed_supcon_in.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/log_math.h"
#include "advisor/numeric/log_search.h"

namespace ssem::advisor {
namespace {

constexpr double kLargestRelative = 600;

std::vector<BatchTerm> anchors(const SsemModel& model) {
  if (model.mixture() != nullptr) return model.mixture()->terms();
  return {{1, model.batch().instances() - 1, model.batch().others(), 1}};
}

}  // namespace

MixedSupconIn::MixedSupconIn(const Problem& problem, const SsemModel& model)
    : terms_(anchors(model)),
      classes_(static_cast<double>(problem.classes)),
      dataset_share_(model.batch().dataset_share()),
      views_(static_cast<double>(problem.views)),
      own_image_share_(problem.own_image_share()),
      between_growth_(dataset_share_ / (classes_ - 1)) {}

LossWeight MixedSupconIn::loss_weight_for(double within_class_variance, double temperature) const {
  const double z = within_class_variance == 0 ? 0 : within_class_variance / (dataset_share_ * temperature);
  // The common factor e^-z of both means is left out.
  const double same = std::exp(-z);
  const double u = (1 + between_growth_) * z - x(temperature);
  const double relative = std::exp(std::min(u, kLargestRelative));
  double spread = 0;    // what pushes the images of a class apart at loss weight 1
  double together = 0;  // what holds them together at loss weight 0, beside
  double excess = 0;    // together - spread
  for (const BatchTerm& term : terms_) {
    const double positives = term.partners * same + own_image_share_;
    const double other = term.others * relative;
    const double denominator = positives + other * same;
    spread += term.weight * (term.partners - between_growth_ * other) / denominator;
    if (term.partners == 0) {
      excess += term.weight * between_growth_ * other / denominator;
      continue;
    }
    together += term.weight * term.partners / positives;
    excess += term.weight * other * (term.partners * same / positives + between_growth_) / denominator;
  }
  if (!(together > 0)) return {1, 0};
  return {excess / together, spread / together};
}

double MixedSupconIn::temperature_threshold(double loss_weight) const {
  const auto collapsed = [&](double temperature) {
    return is_collapsed(loss_weight, loss_weight_threshold(temperature));
  };
  if (collapsed(kLowestSearched)) return 0;
  if (!collapsed(kHighestSearched)) return kInfinity;
  return bisect_log(kLowestSearched, kHighestSearched, 1e-15, collapsed);
}

double MixedSupconIn::optimum(double loss_weight, double temperature) const {
  if (!(dataset_share_ > 0) || is_collapsed(loss_weight, loss_weight_threshold(temperature))) return 0;
  // The needed loss weight rises with the variance.
  const auto lacking = [&](double z) {
    return -above_threshold(loss_weight, loss_weight_for(dataset_share_ * temperature * z, temperature));
  };
  const double most = 1 / (dataset_share_ * temperature);
  const double at_most = lacking(most);
  if (at_most <= 0) return most;
  return bracketed_root(lacking, 0, lacking(0), most, at_most, 1e-14, 0).at;
}

double MixedSupconIn::loss(double z, double loss_weight, double temperature) const {
  const double same = std::exp(-z);
  const double other = std::exp(between_growth_ * z - x(temperature));
  double sum = 0;
  for (const BatchTerm& term : terms_) {
    const double positives = own_image_share_ + term.partners * same;
    const double count = (term.partners + 1) * views_ - 1;
    if (!(count > 0)) continue;
    sum += term.weight * (std::log(views_ * (positives + term.others * other)) -
                          (1 - loss_weight) * std::log(views_ * positives / count));
  }
  return sum;
}

}  // namespace ssem::advisor
