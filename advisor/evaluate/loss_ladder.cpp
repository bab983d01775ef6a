#include "advisor/evaluate/loss_ladder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "advisor/evaluate/random_log_sum.h"
#include "advisor/model/plain_supcon.h"

namespace ssem::advisor {
namespace {

constexpr double kNegligible = 1e-7;
constexpr std::size_t kPoints = 4;

// The share of the loss that exists.
double share_of_terms(const Problem& problem, const std::vector<BatchTerm>& anchors, double loss_weight) {
  const bool fixed = has_fixed_loss_weight(problem.convention);
  double mean_partners = 0;
  for (const BatchTerm& anchor : anchors) mean_partners += anchor.weight * anchor.partners;
  double share = 0;
  for (const BatchTerm& anchor : anchors) {
    const double supervised = anchor.partners > 0 ? anchor.supervised : 0;
    share += anchor.weight * (fixed ? positives_weight(problem, anchor.partners, mean_partners)
                                    : (1 - loss_weight) * supervised + loss_weight);
  }
  return share;
}

// The mean over anchors of E log of the mean over an anchor's positives: smooth in the logarithm of their number, so
// that few numbers are looked at.
double mean_log_of_positives(const Problem& problem, const std::vector<BatchTerm>& anchors, double temperature) {
  const auto views = static_cast<double>(problem.views);
  const auto positives = [&](const BatchTerm& anchor) { return (anchor.partners + 1) * views - 1; };
  const auto value = [&](double count) {
    return mean_log_sum(count, static_cast<double>(*problem.dimension), temperature) - std::log(count);
  };
  double low = 1e300;
  double high = 0;
  for (const BatchTerm& anchor : anchors) {
    if (!(anchor.weight > kNegligible && positives(anchor) > 0)) continue;
    low = std::min(low, positives(anchor));
    high = std::max(high, positives(anchor));
  }
  if (high == 0) return 0;
  if (low == high) return value(low);
  std::array<double, kPoints> at{};
  std::array<double, kPoints> seen{};
  for (std::size_t i = 0; i < kPoints; ++i) {
    const double part = static_cast<double>(i) / (kPoints - 1);
    at[i] = std::log(low) + part * std::log(high / low);
    seen[i] = value(std::exp(at[i]));
  }
  double mean = 0;
  for (const BatchTerm& anchor : anchors) {
    if (!(anchor.weight > kNegligible && positives(anchor) > 0)) continue;
    const double here = std::log(positives(anchor));
    for (std::size_t i = 0; i < kPoints; ++i) {
      double basis = 1;
      for (std::size_t j = 0; j < kPoints; ++j) {
        if (j != i) basis *= (here - at[j]) / (at[i] - at[j]);
      }
      mean += anchor.weight * basis * seen[i];
    }
  }
  return mean;
}

// negatives_only: an anchor's negatives depend on how many partners it has, even where no label shows.
LossLadder against_negatives(const Problem& problem, const std::vector<BatchTerm>& anchors, double temperature) {
  const auto views = static_cast<double>(problem.views);
  double mean_partners = 0;
  for (const BatchTerm& anchor : anchors) mean_partners += anchor.weight * anchor.partners;
  double counted = 0;
  double mean_others = 0;
  LossLadder ladder;
  for (const BatchTerm& anchor : anchors) {
    const double weight = anchor.weight * positives_weight(problem, anchor.partners, mean_partners);
    ladder.all_equal += weight * std::log1p(views * anchor.others);
    counted += weight;
    mean_others += weight * anchor.others;
  }
  if (!problem.dimension) return ladder;
  // The logarithm of a sum of random terms differs from that of their number by what hardly depends on the number.
  const double terms = counted > 0 ? 1 + views * mean_others / counted : 1;
  ladder.initialisation =
      ladder.all_equal +
      counted * (mean_log_sum(terms, static_cast<double>(*problem.dimension), temperature) - std::log(terms));
  return ladder;
}

// The two rungs at which labels do not matter.
LossLadder without_labels(const Problem& problem, double images, const std::vector<BatchTerm>& anchors,
                          double loss_weight, double temperature) {
  if (problem.convention == Convention::negatives_only) return against_negatives(problem, anchors, temperature);
  const double share = share_of_terms(problem, anchors, loss_weight);
  const bool crossed = problem.convention == Convention::cross_view;
  const double left_out = crossed ? 0 : problem.convention == Convention::dcl ? 2 : 1;
  const double others = problem.views_met() * images - left_out;
  const bool included = problem.convention == Convention::anchor_included;
  LossLadder ladder;
  ladder.all_equal = share * std::log(included ? others + 1 : others);
  if (!problem.dimension) return ladder;
  double initial = share * mean_log_sum(others, static_cast<double>(*problem.dimension), temperature, included);
  if (included) initial -= loss_weight / (static_cast<double>(problem.views) * temperature);
  if (problem.convention == Convention::supcon_in) initial -= mean_log_of_positives(problem, anchors, temperature);
  ladder.initialisation = initial;
  return ladder;
}

}  // namespace

LossLadder loss_ladder(const Problem& problem, const SsemModel& model, double loss_weight, double temperature,
                       double optimum) {
  const bool balanced = problem.sampling == Sampling::balanced && !problem.queue_size;
  const auto images =
      static_cast<double>(balanced ? problem.instances_per_class * problem.classes_per_batch : problem.images_met());
  const double partners = model.batch().instances() - 1;
  const std::vector<BatchTerm> one{{1, partners, model.batch().others(), 1}};
  LossLadder ladder =
      without_labels(problem, images, balanced ? one : model.mixture()->terms(), loss_weight, temperature);
  ladder.collapsed = model.loss(0, loss_weight, temperature);
  ladder.optimum = optimum;
  return ladder;
}

LossLadder loss_ladder(const Problem& problem, const ImbalanceModel& model, const GroupedMeans& means,
                       double loss_weight, double temperature, bool all_collapsed) {
  const auto images = static_cast<double>(problem.images_met());
  std::vector<BatchTerm> anchors;
  for (const ClassKind& level : model.levels()) {
    const double share = level.classes * level.instances / images;
    for (BatchTerm term : level.terms) {
      term.weight *= share;
      anchors.push_back(term);
    }
  }
  LossLadder ladder = without_labels(problem, images, anchors, loss_weight, temperature);
  ladder.collapsed = model.collapsed_loss(means, loss_weight);
  if (all_collapsed) ladder.optimum = ladder.collapsed;
  return ladder;
}

}  // namespace ssem::advisor
