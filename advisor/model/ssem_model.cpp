#include "advisor/model/ssem_model.h"

#include <cmath>
#include <vector>

#include "advisor/model/cross_view.h"
#include "advisor/model/negatives_only.h"
#include "advisor/model/plain_supcon.h"
#include "advisor/numeric/log_math.h"

namespace ssem::advisor {
namespace {

BalancedBatch batch_of(const Problem& problem) {
  if (problem.sampling == Sampling::balanced && !problem.queue_size) return BalancedBatch::of(problem);
  const auto classes = static_cast<double>(problem.classes);
  const double instances = 1 + static_cast<double>(problem.images_met() - 1) / classes;
  return {classes, instances, classes, problem.dataset_instances(), problem.views_met(), problem.own_image_share()};
}

std::vector<double> positives_weights(const Problem& problem, const std::vector<BatchTerm>& terms) {
  double mean_partners = 0;
  for (const BatchTerm& term : terms) mean_partners += term.weight * term.partners;
  std::vector<double> weights;
  weights.reserve(terms.size());
  for (const BatchTerm& term : terms) weights.push_back(positives_weight(problem, term.partners, mean_partners));
  return weights;
}

}  // namespace

SsemModel::SsemModel(const Problem& problem)
    : convention_(problem.convention),
      batch_(batch_of(problem)),
      balanced_thresholds_(problem.sampling == Sampling::balanced && !problem.queue_size) {
  if (!balanced_thresholds_ || convention_ == Convention::dcl) {
    mixture_.emplace(problem, batch_.dataset_share(), batch_terms(problem));
    estimate_terms_ = paired_terms(mixture_->terms());
  } else {
    estimate_terms_ = {{1, batch_.instances() - 1, batch_.others(), 1}};
  }
  if (convention_ == Convention::negatives_only) {
    positives_weights_ = positives_weights(problem, mixture_ ? mixture_->terms() : estimate_terms_);
  }
}

SsemModel::SsemModel(const Problem& problem, double effective_instances)
    : convention_(problem.convention),
      batch_(static_cast<double>(problem.classes), effective_instances, static_cast<double>(problem.classes),
             effective_instances, problem.views_met(), problem.own_image_share()),
      balanced_thresholds_(true) {
  if (convention_ == Convention::dcl) {
    mixture_.emplace(problem, batch_.dataset_share(),
                     std::vector<BatchTerm>{{1, effective_instances - 1, batch_.others(), 1}});
  }
  estimate_terms_ = {{1, effective_instances - 1, batch_.others(), 1}};
  if (convention_ == Convention::negatives_only) positives_weights_ = positives_weights(problem, estimate_terms_);
}

LossWeight SsemModel::loss_weight_threshold(double temperature) const {
  if (balanced_thresholds_) return batch_.loss_weight_threshold(temperature);
  return mixture_->loss_weight_threshold(temperature);
}

double SsemModel::temperature_threshold(double loss_weight) const {
  if (has_fixed_loss_weight(convention_)) return 0;
  if (balanced_thresholds_) return batch_.temperature_threshold(loss_weight);
  return mixture_->temperature_threshold(loss_weight);
}

std::optional<double> SsemModel::view_split_loss_weight(double temperature) const {
  if (convention_ == Convention::cross_view) {
    return cross_view_split_loss_weight(mixture_ ? mixture_->terms() : estimate_terms_, batch_.classes(),
                                        batch_.dataset_share(), temperature);
  }
  if (convention_ == Convention::anchor_included || may_be_mixed(convention_) || batch_.views() == 1) {
    return std::nullopt;
  }
  if (balanced_thresholds_) return batch_.view_split_loss_weight(temperature);
  return mixture_->view_split_loss_weight(temperature);
}

double SsemModel::optimum(double loss_weight, double temperature) const {
  if (has_fixed_loss_weight(convention_)) return 0;
  return mixture_ ? mixture_->optimum(loss_weight, temperature) : batch_.optimum(loss_weight, temperature);
}

double SsemModel::loss(double z, double loss_weight, double temperature) const {
  if (convention_ == Convention::negatives_only) {
    const double kernel = std::exp(-batch_.classes() / ((batch_.classes() - 1) * temperature));
    return collapsed_negatives_only(batch_.views(), mixture_ ? mixture_->terms() : estimate_terms_, positives_weights_,
                                    kernel);
  }
  if (mixture_) return mixture_->loss(z, loss_weight, temperature);
  // With one image of a class in the batch there is no supervised part.
  if (batch_.instances() <= 1) return loss_weight * batch_.loss(0, 1, temperature);
  return batch_.loss(z, loss_weight, temperature);
}

LossWeight SsemModel::loss_weight_for(double within_class_variance, double temperature) const {
  return mixture_ ? mixture_->loss_weight_for(within_class_variance, temperature)
                  : batch_.loss_weight_for(within_class_variance, temperature);
}

double SsemModel::within_per_log_temperature(double z, double loss_weight, double temperature) const {
  if (z <= 0) return 0;
  return mixture_ ? mixture_->within_per_log_temperature(z, loss_weight, temperature)
                  : batch_.within_per_log_temperature(z, loss_weight, temperature);
}

double SsemModel::within_per_loss_weight(double z, double loss_weight, double temperature) const {
  if (z <= 0) return 0;
  return mixture_ ? mixture_->within_per_loss_weight(z, loss_weight, temperature)
                  : batch_.within_per_loss_weight(z, loss_weight, temperature);
}

}  // namespace ssem::advisor
