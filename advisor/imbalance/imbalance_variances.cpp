// Within-class variance of unequal classes: ImbalanceModel::variances.
#include <algorithm>
#include <cmath>

#include "advisor/imbalance/imbalance_model.h"
#include "advisor/numeric/bracketed_root.h"

namespace ssem::advisor {
namespace {

constexpr int kMostSweeps = 60;
constexpr double kSettled = 1e-10;
// The others' pull is divided by 1 - w: the search ends just below 1.
constexpr double kMostVariance = 1 - 1e-9;
// The first bracket, in temperatures, doubled until the force turns.
constexpr double kFirstReach = 8;
constexpr double kTolerance = 1e-12;
constexpr double kLeastVariance = 1e-15;

// What an anchor of one class sees when that class has variance w and the others keep theirs.
struct View {
  double images = 0;  // of the other classes
  double kernel = 0;  // mean of q over the other classes' images
  double cosine = 0;  // mean of q t sqrt((1-w')/(1-w))
  double pushed = 0;  // sum of n' q t sqrt((1-w')/(1-w)) pull', by anchors of other groups
  double paired = 0;  // the same without pull' for the classes of the own group, which move along
};

class ClassBalance {
 public:
  // Groups and means must outlive it.
  ClassBalance(const std::vector<ClassKind>&&, const GroupedMeans&, double, double, double) = delete;
  ClassBalance(const std::vector<ClassKind>&, const GroupedMeans&&, double, double, double) = delete;
  ClassBalance(const std::vector<ClassKind>& groups, const GroupedMeans& means, double kappa, double loss_weight,
               double temperature)
      : groups_(groups),
        means_(means),
        kappa_(kappa),
        loss_weight_(loss_weight),
        temperature_(temperature),
        variances_(groups.size(), 0.0),
        pulls_(groups.size(), 0.0) {
    for (std::size_t g = 0; g < groups.size(); ++g) pulls_[g] = pull(groups[g], view(g, 0), 0);
  }

  // Every group in turn, until none moves.
  void settle() {
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
      double moved = 0;
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        const double variance = balanced(groups_[g], g);
        moved = std::max(moved, std::abs(variance - variances_[g]));
        variances_[g] = variance;
        pulls_[g] = pull(groups_[g], view(g, variance), variance);
      }
      if (moved <= kSettled) return;
    }
  }

  // The variance at which a class of this kind, with the surroundings of group g, is at rest.
  double balanced(const ClassKind& kind, std::size_t g) const {
    if (!(kind.images > 1)) return 0;
    const auto force = [&](double variance) { return slope(kind, g, variance); };
    const double at_zero = force(0);
    if (!(at_zero < 0)) return 0;
    double high = std::min(kMostVariance, kFirstReach * temperature_);
    double at_high = force(high);
    while (at_high < 0 && high < kMostVariance) {
      high = std::min(kMostVariance, 2 * high);
      at_high = force(high);
    }
    if (at_high < 0) return kMostVariance;
    return bracketed_root(force, 0, at_zero, high, at_high, kTolerance, kLeastVariance).at;
  }

 private:
  View view(std::size_t g, double variance) const {
    View seen;
    for (std::size_t h = 0; h < groups_.size(); ++h) {
      const bool same = g == h;
      const double count = (groups_[h].classes - (same ? 1 : 0)) * groups_[h].instances;
      if (count <= 0) continue;
      const double cosine = means_.cosines(static_cast<Eigen::Index>(g), static_cast<Eigen::Index>(h));
      const double ratio = same ? 1 : std::sqrt((1 - variances_[h]) / (1 - variance));
      const double kernel = count * std::exp(std::min(0.0, cosine * (1 - variance) * ratio - 1) / temperature_);
      seen.images += count;
      seen.kernel += kernel;
      seen.cosine += kernel * cosine * ratio;
      (same ? seen.paired : seen.pushed) += kernel * cosine * ratio * (same ? 1 : pulls_[h]);
    }
    seen.kernel /= seen.images;
    seen.cosine /= seen.images;
    return seen;
  }

  double image_weight(const BatchTerm& term) const {
    return term.weight * ((1 - loss_weight_) * term.supervised + loss_weight_);
  }

  // E[g o/D] per image of the other classes.
  double pull(const ClassKind& kind, const View& seen, double variance) const {
    const double attraction = kind.images > 1 ? std::exp(-exponent(kind, variance)) : 1;
    double sum = 0;
    for (const BatchTerm& term : kind.terms) {
      sum += image_weight(term) * term.others / (kappa_ + term.partners * attraction + term.others * seen.kernel);
    }
    return sum / seen.images;
  }

  double exponent(const ClassKind& kind, double variance) const {
    return variance * kind.images / ((kind.images - 1) * temperature_);
  }

  // dL/dz for one class; negative below its variance.
  double slope(const ClassKind& kind, std::size_t g, double variance) const {
    const View seen = view(g, variance);
    const double r = (kind.images - 1) / kind.images;
    const double attraction = std::exp(-exponent(kind, variance));
    double sum = (1 - loss_weight_) * kind.supervised;
    for (const BatchTerm& term : kind.terms) {
      const double denominator = kappa_ + term.partners * attraction + term.others * seen.kernel;
      const double share = term.partners * attraction + 0.5 * r * term.others * seen.cosine;
      sum -= image_weight(term) * share / denominator;
    }
    return sum - 0.5 * r * (seen.pushed + seen.paired * pull(kind, seen, variance));
  }

  const std::vector<ClassKind>& groups_;
  const GroupedMeans& means_;
  double kappa_, loss_weight_, temperature_;
  std::vector<double> variances_, pulls_;
};

}  // namespace

std::vector<double> ImbalanceModel::variances(double loss_weight, double temperature,
                                              const Thresholds& thresholds) const {
  ClassBalance balance(groups_, thresholds.means, shape_.own_image_share(), loss_weight, temperature);
  balance.settle();
  std::vector<double> variances(levels_.size(), 0.0);
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    if (loss_weight <= thresholds.loss_weight[level]) continue;
    variances[level] = balance.balanced(levels_[level], groups_of_level_[level].first);
  }
  return variances;
}

}  // namespace ssem::advisor
