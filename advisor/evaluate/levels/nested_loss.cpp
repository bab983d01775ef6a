#include "advisor/evaluate/levels/nested_loss.h"

#include <algorithm>
#include <cmath>

#include "advisor/model/batch_terms.h"

namespace ssem::advisor {
namespace {

// From this mean on three nodes, those of a normal count of the same variance, are enough for the coarser tiers: what
// they count enters a logarithm of a sum. Below, a node would be negative.
constexpr double kWideCount = 3;

}  // namespace

NestedLoss::NestedLoss(const Problem& problem, const LabelLevels& levels, double loss_weight, double temperature)
    : levels_(levels),
      tiers_(levels.levels.size() + (levels.levels.back().classes > 1 ? 2 : 1)),
      views_(static_cast<double>(problem.views)),
      anchor_itself_(problem.convention == Convention::anchor_included ? 1 / views_ : 0),
      loss_weight_(loss_weight),
      temperature_(temperature),
      own_views_as_labels_(problem.convention == Convention::supcon),
      batch_images_(static_cast<double>(problem.batch_size)),
      class_images_(problem.dataset_instances()) {
  const auto grown = [](double members) { return std::isinf(members) ? 1.0 : members / (members - 1); };
  growth_[0] = grown(views_);
  growth_[1] = grown(class_images_);
  for (std::size_t tier = 2; tier < tiers_; ++tier) {
    const auto inside = static_cast<double>(levels.levels[tier - 2].classes);
    const double around = tier - 1 < levels.levels.size() ? static_cast<double>(levels.levels[tier - 1].classes) : 1.0;
    growth_[tier] = grown(inside / around);
  }
  if (problem.sampling == Sampling::random) {
    add_random_anchors();
    return;
  }
  const auto instances = static_cast<double>(problem.instances_per_class);
  const auto classes = static_cast<double>(problem.classes);
  TierValues counts{};
  counts[1] = instances - 1;
  double met = instances;
  for (std::size_t tier = 2; tier < tiers_; ++tier) {
    const double around = tier - 1 < levels.levels.size() ? static_cast<double>(levels.levels[tier - 1].classes) : 1.0;
    counts[tier] = instances * classes / around - met;
    met += counts[tier];
  }
  add_anchor(1, counts);
}

double NestedLoss::images_in_tier(std::size_t tier) const {
  const auto classes = static_cast<double>(levels_.levels.front().classes);
  const auto groups = [&](std::size_t level) {
    return level < levels_.levels.size() ? static_cast<double>(levels_.levels[level].classes) : 1.0;
  };
  if (tier == 1) return class_images_ - 1;
  return class_images_ * (classes / groups(tier - 1) - classes / groups(tier - 2));
}

void NestedLoss::add_random_anchors() { add_anchors_from(1, 1, batch_images_ - 1, {}); }

// The others of an anchor's batch, tier by tier: of those that no finer tier has taken, as many as a binomial count
// (hypergeometric on a data set).
void NestedLoss::add_anchors_from(std::size_t tier, double weight, double draws, TierValues counts) {
  if (tier + 1 == tiers_ || draws < 1) {
    counts[tier] = draws;
    add_anchor(weight, counts);
    return;
  }
  const bool finite = std::isfinite(class_images_);
  double marked = images_in_tier(tier);
  double plain = 0;
  for (std::size_t k = tier + 1; k < tiers_; ++k) plain += images_in_tier(k);
  double share = marked / (marked + plain);
  if (!finite) {
    const auto unit = [&](std::size_t k) {  // images of a class in units of the class
      const auto classes = static_cast<double>(levels_.levels.front().classes);
      const auto groups = [&](std::size_t level) {
        return level < levels_.levels.size() ? static_cast<double>(levels_.levels[level].classes) : 1.0;
      };
      return k == 1 ? 1.0 : classes / groups(k - 1) - classes / groups(k - 2);
    };
    double rest = 0;
    for (std::size_t k = tier; k < tiers_; ++k) rest += unit(k);
    share = unit(tier) / rest;
  }
  const double mean = draws * share;
  const double left = finite && marked + plain > 1 ? (marked + plain - draws) / (marked + plain - 1) : 1;
  const double variance = mean * (1 - share) * std::max(left, 0.0);
  if (tier > 1 && mean >= kWideCount) {
    const double step = std::sqrt(3 * variance);
    const std::array<std::pair<double, double>, 3> nodes{{{1.0 / 6, -step}, {2.0 / 3, 0.0}, {1.0 / 6, step}}};
    for (const auto& [part, offset] : nodes) {
      counts[tier] = std::clamp(mean + offset, 0.0, draws);
      add_anchors_from(tier + 1, weight * part, draws - counts[tier], counts);
    }
    return;
  }
  const std::vector<BatchTerm> exact = finite ? drawn_batch_terms(draws + 1, marked + 1, plain, Reduction::anchor_mean)
                                              : random_batch_terms(draws + 1, share, Reduction::anchor_mean);
  // With one tier beyond, the list may be long.
  const std::vector<BatchTerm> terms = tiers_ == 3 ? exact : paired_terms(exact);
  for (const BatchTerm& term : terms) {
    counts[tier] = term.partners;
    add_anchors_from(tier + 1, weight * term.weight, draws - term.partners, counts);
  }
}

void NestedLoss::add_anchor(double weight, const TierValues& counts) {
  Anchor anchor;
  anchor.weight = weight;
  anchor.counts = counts;
  anchor.counts[0] = (views_ - 1) / views_;
  const double own_views = own_views_as_labels_ ? anchor.counts[0] : 0;
  const double labels_share = own_views_as_labels_ ? 1 : 1 - loss_weight_;
  const auto add = [&](double share, const TierValues& pairs) {  // spreads a share over pairs, in proportion
    double total = 0;
    for (const double of_tier : pairs) total += of_tier;
    if (total <= 0 || share <= 0) return;
    for (std::size_t tier = 0; tier < tiers_; ++tier) anchor.targets[tier] += share * pairs[tier] / total;
    anchor.mass += share;
  };
  if (levels_.kind == LevelKind::weight) {
    double weights = 0;
    for (const LabelLevel& level : levels_.levels) weights += level.value;
    TierValues pairs{};
    pairs[0] = own_views;
    for (std::size_t tier = 1; tier <= levels_.levels.size(); ++tier) {
      pairs[tier] = counts[tier];
      add(labels_share * levels_.levels[tier - 1].value / weights, pairs);
    }
  } else {
    TierValues pairs{};
    pairs[0] = own_views * levels_.levels.front().value;
    for (std::size_t tier = 1; tier <= levels_.levels.size(); ++tier) {
      pairs[tier] = counts[tier] * levels_.levels[tier - 1].value;
    }
    add(labels_share, pairs);
  }
  if (!own_views_as_labels_) {  // L_self; an anchor in its own denominator is a positive at distance 0
    anchor.targets[0] += loss_weight_ * anchor.counts[0] / (anchor.counts[0] + anchor_itself_);
    anchor.mass += loss_weight_;
  }
  anchors_.push_back(anchor);
}

TierValues NestedLoss::distances(const TierValues& variances) const {
  TierValues result{};
  double finer = 0;
  for (std::size_t tier = 0; tier < tiers_; ++tier) {
    result[tier] = finer + variances[tier] * growth_[tier];
    finer += variances[tier];
  }
  return result;
}

double NestedLoss::at(const TierValues& variances) const { return slopes(variances).value; }

NestedLoss::Slopes NestedLoss::slopes(const TierValues& variances) const {
  const TierValues away = distances(variances);
  TierValues kernel{};
  // Divided by the largest, so that no temperature is too low; an anchor itself is at distance 0.
  const double nearest =
      anchor_itself_ > 0 ? 0 : *std::min_element(away.begin(), away.begin() + static_cast<std::ptrdiff_t>(tiers_));
  for (std::size_t tier = 0; tier < tiers_; ++tier) kernel[tier] = std::exp((nearest - away[tier]) / temperature_);
  Slopes result;
  TierValues by_distance{};                           // dL / d(a / tau)
  std::array<TierValues, kMostTiers> by_distances{};  // second derivatives
  for (const Anchor& anchor : anchors_) {
    double sum = anchor_itself_;
    for (std::size_t tier = 0; tier < tiers_; ++tier) sum += anchor.counts[tier] * kernel[tier];
    const double mass = anchor.weight * anchor.mass;
    result.value += mass * (std::log(views_ * sum) - nearest / temperature_);
    for (std::size_t tier = 0; tier < tiers_; ++tier) {
      const double share = anchor.counts[tier] * kernel[tier] / sum;
      result.value += anchor.weight * anchor.targets[tier] * away[tier] / temperature_;
      by_distance[tier] += anchor.weight * anchor.targets[tier] - mass * share;
      by_distances[tier][tier] += mass * share;
      for (std::size_t other = 0; other < tiers_; ++other) {
        by_distances[tier][other] -= mass * share * anchor.counts[other] * kernel[other] / sum;
      }
    }
  }
  // da_k / dw_j: growth_k where j = k, 1 where j < k.
  const auto slope = [&](std::size_t tier, std::size_t j) { return tier == j ? growth_[j] : (tier > j ? 1.0 : 0.0); };
  for (std::size_t i = 0; i < tiers_; ++i) {
    for (std::size_t k = i; k < tiers_; ++k) {
      result.gradient[i] += slope(k, i) * by_distance[k] / temperature_;
      for (std::size_t j = 0; j < tiers_; ++j) {
        for (std::size_t l = j; l < tiers_; ++l) {
          result.curvature[i][j] += slope(k, i) * slope(l, j) * by_distances[k][l] / (temperature_ * temperature_);
        }
      }
    }
  }
  return result;
}

}  // namespace ssem::advisor
