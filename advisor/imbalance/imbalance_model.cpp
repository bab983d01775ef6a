#include "advisor/imbalance/imbalance_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "advisor/model/plain_supcon.h"
#include "advisor/numeric/log_math.h"

namespace ssem::advisor {
namespace {

constexpr std::size_t kMostLevels = 4096;
constexpr std::size_t kMostGroups = 24;

double index(std::size_t i) { return static_cast<double>(i); }

double at(const Eigen::MatrixXd& matrix, std::size_t g, std::size_t h) {
  return matrix(static_cast<Eigen::Index>(g), static_cast<Eigen::Index>(h));
}

}  // namespace

ImbalanceModel::ImbalanceModel(const Problem& problem) : shape_(problem) {
  shape_.class_counts.clear();
  const std::vector<std::int64_t>& counts = problem.class_counts;
  images_ = std::accumulate(counts.begin(), counts.end(), 0.0,
                            [](double sum, std::int64_t count) { return sum + static_cast<double>(count); });
  batch_ = static_cast<double>(problem.images_met());
  std::map<std::int64_t, std::int64_t> sizes;
  for (const std::int64_t count : counts) ++sizes[count];
  // Sizes closer than one step of a logarithmic grid are taken together when there are too many.
  const double lowest = std::log(static_cast<double>(sizes.begin()->first));
  const double highest = std::log(static_cast<double>(sizes.rbegin()->first));
  rounded_ = sizes.size() > kMostLevels;
  const double step = rounded_ ? (highest - lowest) / index(kMostLevels - 1) : 0;
  std::map<std::int64_t, std::size_t> level_of_size;
  std::vector<std::pair<double, double>> merged;  // sum of counts, classes
  double cell = -1;
  for (const auto& [count, classes] : sizes) {
    const double here = rounded_ ? std::floor((std::log(static_cast<double>(count)) - lowest) / step) : cell + 1;
    if (here != cell || merged.empty()) merged.emplace_back(0, 0);
    cell = here;
    merged.back().first += static_cast<double>(count) * static_cast<double>(classes);
    merged.back().second += static_cast<double>(classes);
    level_of_size[count] = merged.size() - 1;
  }
  double pairs = 0;
  for (const auto& [sum, classes] : merged) {
    levels_.push_back(kind(sum / classes, classes));
    pairs += levels_.back().classes * levels_.back().instances * levels_.back().partners;
  }
  mean_partners_ = pairs / batch_;
  if (shape_.reduction == Reduction::pair_mean) {
    for (ClassKind& level : levels_) level = kind(level.images, level.classes);
  }
  level_of_.reserve(counts.size());
  for (const std::int64_t count : counts) level_of_.push_back(level_of_size[count]);
  group_levels();
}

// Pair means need mean_partners_, which is known once every kind has its partners.
ClassKind ImbalanceModel::kind(double count, double classes) const {
  ClassKind kind;
  kind.classes = classes;
  kind.images = count;
  kind.instances = batch_ * (count / images_);
  const bool one_batch = batch_ == images_;
  kind.by_random_rule = !one_batch && (shape_.sampling == Sampling::random || kind.instances < 2);
  if (kind.by_random_rule) {
    kind.terms = drawn_batch_terms(batch_, count, images_ - count, shape_.reduction);
  } else {
    kind.terms = {{1, kind.instances - 1, batch_ - kind.instances, 1}};
  }
  for (BatchTerm& term : kind.terms) {
    if (shape_.reduction == Reduction::pair_mean) {
      term.supervised = mean_partners_ > 0 ? term.partners / mean_partners_ : 0;
    } else {
      term.supervised = term.partners > 0 ? 1 : 0;
    }
    kind.partners += term.weight * term.partners;
    kind.supervised += term.weight * term.supervised;
  }
  return kind;
}

void ImbalanceModel::group_levels() {
  const auto dimension = static_cast<double>(shape_.dimension.value_or(kMaxDimension));
  const bool one_by_one = are_placed_one_by_one(index(level_of_.size()), dimension);
  if (one_by_one || levels_.size() <= kMostGroups) {
    for (const ClassKind& level : levels_) {
      const std::size_t from = groups_.size();
      ClassKind group = level;
      if (one_by_one) group.classes = 1;
      groups_.insert(groups_.end(), one_by_one ? static_cast<std::size_t>(level.classes) : 1, group);
      groups_of_level_.emplace_back(from, groups_.size());
    }
    return;
  }
  const double lowest = std::log(levels_.front().images), highest = std::log(levels_.back().images);
  const double step = (highest - lowest) / index(kMostGroups - 1);
  double cell = -1, images = 0, classes = 0;
  std::size_t group = 0;
  const auto close_group = [&] {
    if (classes > 0) groups_.push_back(kind(images / classes, classes));
    images = classes = 0;
  };
  for (const ClassKind& level : levels_) {
    const double here = std::floor((std::log(level.images) - lowest) / step);
    if (here != cell) close_group();
    cell = here;
    group = groups_.size();
    images += level.images * level.classes;
    classes += level.classes;
    groups_of_level_.emplace_back(group, group + 1);
  }
  close_group();
}

GroupedLoss ImbalanceModel::grouped_loss(double loss_weight, double temperature) const {
  const auto groups = static_cast<Eigen::Index>(groups_.size());
  GroupedLoss loss;
  loss.classes.resize(groups);
  loss.weight.resize(groups);
  loss.own.resize(groups);
  loss.mass.resize(groups);
  loss.image_weight.resize(groups);
  loss.temperature = temperature;
  loss.dimension = shape_.dimension;
  for (Eigen::Index g = 0; g < groups; ++g) {
    const ClassKind& kind = groups_[static_cast<std::size_t>(g)];
    loss.classes[g] = kind.classes;
    loss.mass[g] = kind.instances;
    // A positive alone stands against the negatives.
    loss.own[g] = shape_.convention == Convention::negatives_only ? 1 / shape_.views_met()
                                                                  : kind.partners + shape_.own_image_share();
    loss.image_weight[g] = (1 - loss_weight) * kind.supervised + loss_weight;
    loss.weight[g] = loss.image_weight[g] * kind.instances / batch_;
  }
  return loss;
}

ImbalanceModel::Thresholds ImbalanceModel::thresholds(double temperature, const Eigen::MatrixXd* start) const {
  const double kappa = shape_.own_image_share();
  // The means depend on the loss weight only where classes weigh differently: first at the low-temperature rule.
  double loss_weight = kappa / (mean_partners_ + kappa);
  Thresholds result;
  result.means = place_grouped_means(grouped_loss(loss_weight, temperature), start);
  result.loss_weight = thresholds_at(result.means, temperature);
  if (std::all_of(groups_.begin(), groups_.end(), [](const ClassKind& group) { return group.supervised == 1; })) {
    return result;
  }
  loss_weight = 0;
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    const double share = levels_[level].classes * levels_[level].instances / batch_;
    loss_weight += std::clamp(result.loss_weight[level], 0.0, 1.0) * share;
  }
  const Eigen::MatrixXd first = result.means.arrangement;
  result.means = place_grouped_means(grouped_loss(loss_weight, temperature), first.size() > 0 ? &first : start);
  result.loss_weight = thresholds_at(result.means, temperature);
  return result;
}

std::vector<double> ImbalanceModel::thresholds_at(const GroupedMeans& means, double temperature) const {
  if (shape_.dimension && *shape_.dimension < 2) return std::vector<double>(levels_.size(), 1.0);
  const std::size_t groups = groups_.size();
  std::vector<Surroundings> around(groups);
  for (std::size_t g = 0; g < groups; ++g) {
    Surroundings& here = around[g];
    for (std::size_t h = 0; h < groups; ++h) {
      const double images = (groups_[h].classes - (g == h ? 1 : 0)) * groups_[h].instances;
      const double kernel = images * at(means.kernel, g, h);
      here.images += images;
      here.kernel += kernel;
      here.cosine += kernel * at(means.cosines, g, h);
    }
    for (const BatchTerm& term : groups_[g].terms) {
      const double denominator = shape_.own_image_share() + term.partners + term.others * here.kernel / here.images;
      const double share = term.weight * term.others / (denominator * here.images);
      here.pull += share;
      here.supervised_pull += share * term.supervised;
    }
  }
  std::vector<double> thresholds;
  thresholds.reserve(levels_.size());
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    const auto [from, to] = groups_of_level_[level];
    double lowest = kInfinity;
    for (std::size_t g = from; g < to; ++g) {
      lowest = std::min(lowest, threshold_of(levels_[level], g, means, temperature, around));
    }
    thresholds.push_back(lowest);
  }
  return thresholds;
}

double ImbalanceModel::collapsed_loss(const GroupedMeans& means, double loss_weight) const {
  const double views = shape_.views_met();
  const bool plain = has_fixed_loss_weight(shape_.convention);
  const double left_out = shape_.convention == Convention::dcl ? 1 : 0;
  double mean = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    double images = 0, kernel = 0;
    for (std::size_t h = 0; h < groups_.size(); ++h) {
      const double here = (groups_[h].classes - (g == h ? 1 : 0)) * groups_[h].instances;
      images += here;
      kernel += here * at(means.kernel, g, h);
    }
    for (const BatchTerm& term : groups_[g].terms) {
      double counted = (1 - loss_weight) * (term.partners > 0 ? term.supervised : 0) + loss_weight;
      if (plain) counted = positives_weight(shape_, term.partners, mean_partners_);
      const double inside =
          shape_.convention == Convention::negatives_only ? 1 / views : shape_.own_image_share() + term.partners;
      const double sum = views * (inside + term.others * kernel / images) - left_out;
      if (counted > 0)
        mean += groups_[g].classes * groups_[g].instances / batch_ * term.weight * counted * std::log(sum);
    }
  }
  return mean;
}

double ImbalanceModel::threshold_of(const ClassKind& kind, std::size_t g, const GroupedMeans& means, double temperature,
                                    const std::vector<Surroundings>& around) const {
  const double kappa = shape_.own_image_share();
  const double r = (kind.images - 1) / kind.images;
  if (!(r > 0)) return 1;  // one image: nothing to spread
  const Surroundings& here = around[g];
  double all = 0, supervised = 0;
  for (const BatchTerm& term : kind.terms) {
    const double denominator = kappa + term.partners + term.others * here.kernel / here.images;
    const double others = 0.5 * r * term.others * here.cosine / here.images;
    const double share = term.weight * (term.partners + others) / denominator;
    all += share;
    supervised += share * term.supervised;
  }
  for (std::size_t h = 0; h < groups_.size(); ++h) {
    const double images = (groups_[h].classes - (g == h ? 1 : 0)) * groups_[h].instances;
    const double push = 0.5 * r * images * at(means.kernel, g, h) * at(means.cosines, g, h);
    all += push * around[h].pull;
    supervised += push * around[h].supervised_pull;
  }
  const double bend = -0.5 * r * means.lambda[static_cast<Eigen::Index>(g)] / temperature;
  const double attraction = kind.supervised - supervised - bend;
  const double total = attraction + all + bend;
  const double threshold = total > 0 ? attraction / total : kInfinity;
  // A theorem, whatever the dimension and temperature.
  const bool included = kappa >= 1 && shape_.reduction == Reduction::anchor_mean && !kind.by_random_rule;
  return included ? std::max(threshold, 1 / kind.instances) : threshold;
}

}  // namespace ssem::advisor
