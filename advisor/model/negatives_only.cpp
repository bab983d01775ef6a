#include "advisor/model/negatives_only.h"

#include <algorithm>
#include <cmath>

#include "advisor/model/plain_supcon.h"

namespace ssem::advisor {
namespace {

constexpr double kLargestOdds = 600;

double mean_partners_of(const std::vector<BatchTerm>& terms) {
  double mean = 0;
  for (const BatchTerm& term : terms) mean += term.weight * term.partners;
  return mean;
}

// 1 / (1 + e^-t), whatever t.
double share_of(double log_odds) { return 1 / (1 + std::exp(std::min(-log_odds, kLargestOdds))); }

double log1p_exp(double t) { return std::max(t, 0.0) + std::log1p(std::exp(-std::abs(t))); }

}  // namespace

double collapsed_negatives_only(double views, const std::vector<BatchTerm>& terms,
                                const std::vector<double>& positives_weights, double kernel) {
  double sum = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    sum += terms[i].weight * positives_weights[i] * std::log1p(views * terms[i].others * kernel);
  }
  return sum;
}

MixedNegativesOnly::MixedNegativesOnly(const Problem& problem, const SsemModel& model) : MixedLoss(problem, model) {
  const double mean_partners = mean_partners_of(terms_);
  for (const BatchTerm& term : terms_) {
    weights_.push_back(term.weight * positives_weight(problem, term.partners, mean_partners));
  }
}

LossWeight MixedNegativesOnly::loss_weight_for(double within_class_variance, double temperature) const {
  const double z = z_for(within_class_variance, temperature);
  const double log_other = between_growth_ * z - x(temperature);
  const double same = std::exp(-z);
  const double relative = std::exp(std::min(log_other + z, kLargestOdds));  // of others to partners
  double supervised = 0;
  double spread = 0;  // -dL_self/dz
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const BatchTerm& term = terms_[i];
    const double k = term.partners * same;
    const double o = term.others * relative * same;
    spread += term.weight * (k - between_growth_ * o) / (own_image_share_ + k + o);
    if (!(weights_[i] > 0) || !(term.others > 0)) continue;
    const double log_negatives = std::log(views_ * term.others) + log_other;
    const double own = (views_ - 1) * between_growth_ * share_of(log_negatives);
    const double partners = views_ * term.partners * (1 + between_growth_) * share_of(log_negatives + z);
    supervised += weights_[i] * (own + partners) / ((term.partners + 1) * views_ - 1);
  }
  const double both = supervised + spread;
  if (!(both > 0)) return {1, 0};
  return {supervised / both, spread / both};
}

double MixedNegativesOnly::loss(double z, double loss_weight, double temperature) const {
  const double log_other = between_growth_ * z - x(temperature);
  double sum = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const BatchTerm& term = terms_[i];
    const double others = term.others * std::exp(log_other);
    sum += term.weight * loss_weight * std::log(views_ * (own_image_share_ + term.partners * std::exp(-z) + others));
    if (!(weights_[i] > 0) || !(term.others > 0)) continue;
    const double log_negatives = std::log(views_ * term.others) + log_other;
    const double all = (views_ - 1) * log1p_exp(log_negatives) + views_ * term.partners * log1p_exp(log_negatives + z);
    sum += (1 - loss_weight) * weights_[i] * all / ((term.partners + 1) * views_ - 1);
  }
  return sum;
}

}  // namespace ssem::advisor
