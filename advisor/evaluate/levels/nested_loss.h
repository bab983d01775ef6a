// The loss of nested classes: one similarity for each way in which two views can be related (theory.md, section 1).
//
// Tiers of pairs: 0 views of one image, 1 images of one class, k classes of the finer level inside one of level k, the
// last one what no level joins. With variances w_k of what lies directly inside (of an image's views about their mean,
// of a class's images, of finer classes' means ...), w_0 + w_1 + ... <= 1 and g_k members of each group,
//
//   1 - cosine in tier k = a_k = w_0 + ... + w_(k-1) + w_k g_k / (g_k - 1)
//   L(w) = E over anchors [ sum_k target_k a_k / tau + mass log p sum_k count_k e^{-a_k / tau} ]      convex in w
#pragma once

#include <array>
#include <vector>

#include "advisor/evaluate/levels/label_levels.h"
#include "advisor/problem.h"

namespace ssem::advisor {

inline constexpr std::size_t kMostTiers = kMostLabelLevels + 2;
using TierValues = std::array<double, kMostTiers>;

class NestedLoss {
 public:
  // `problem` has passed check_levels_problem(). The loss weight counts nothing where the convention has none.
  NestedLoss(const Problem& problem, const LabelLevels& levels, double loss_weight, double temperature);

  std::size_t tiers() const { return tiers_; }
  double temperature() const { return temperature_; }
  // The last tier has no target: the loss falls with its variance, which takes what the others leave of 1.
  bool last_takes_the_rest() const { return tiers_ > levels_.levels.size() + 1; }
  TierValues distances(const TierValues& variances) const;  // a_k
  double at(const TierValues& variances) const;
  struct Slopes {
    double value = 0;
    TierValues gradient{};
    std::array<TierValues, kMostTiers> curvature{};
  };
  Slopes slopes(const TierValues& variances) const;

 private:
  struct Anchor {
    double weight = 0;    // its share of the anchors
    TierValues counts{};  // in units of the views; tier 0: the other views of its image
    TierValues targets{};
    double mass = 0;
  };
  void add_anchor(double weight, const TierValues& counts);
  void add_random_anchors();
  void add_anchors_from(std::size_t tier, double weight, double draws, TierValues counts);
  double images_in_tier(std::size_t tier) const;  // of the data set, met by an anchor; infinite where it is large

  LabelLevels levels_;
  std::size_t tiers_;
  double views_;
  double anchor_itself_;  // its own term in the denominator, in units of the views
  double loss_weight_;
  double temperature_;
  bool own_views_as_labels_;  // supcon: an image's views are positives as its class is
  double batch_images_;
  double class_images_;  // of a finest class in the data set
  TierValues growth_{};
  std::vector<Anchor> anchors_;
};

}  // namespace ssem::advisor
