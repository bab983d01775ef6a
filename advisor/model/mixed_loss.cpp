#include "advisor/model/mixed_loss.h"

#include "advisor/model/mixed_supcon_in.h"
#include "advisor/model/negatives_only.h"
#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/log_math.h"
#include "advisor/numeric/log_search.h"

namespace ssem::advisor {
namespace {

std::vector<BatchTerm> anchors(const SsemModel& model) {
  if (model.mixture() != nullptr) return model.mixture()->terms();
  return {{1, model.batch().instances() - 1, model.batch().others(), 1}};
}

}  // namespace

std::unique_ptr<MixedLoss> MixedLoss::of(const Problem& problem, const SsemModel& model) {
  if (problem.convention == Convention::negatives_only) return std::make_unique<MixedNegativesOnly>(problem, model);
  return std::make_unique<MixedSupconIn>(problem, model);
}

MixedLoss::MixedLoss(const Problem& problem, const SsemModel& model)
    : terms_(anchors(model)),
      classes_(static_cast<double>(problem.classes)),
      dataset_share_(model.batch().dataset_share()),
      views_(static_cast<double>(problem.views)),
      own_image_share_(problem.own_image_share()),
      between_growth_(dataset_share_ / (classes_ - 1)) {}

double MixedLoss::temperature_threshold(double loss_weight) const {
  const auto collapsed = [&](double temperature) {
    return is_collapsed(loss_weight, loss_weight_threshold(temperature));
  };
  if (collapsed(kLowestSearched)) return 0;
  if (!collapsed(kHighestSearched)) return kInfinity;
  return bisect_log(kLowestSearched, kHighestSearched, 1e-15, collapsed);
}

double MixedLoss::optimum(double loss_weight, double temperature) const {
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

}  // namespace ssem::advisor
