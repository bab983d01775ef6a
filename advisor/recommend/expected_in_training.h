// What an encoder delivers where the loss's optimum is something else (theory.md, section 5).
//
// The images of a class that an encoder has embedded spread over few directions, not over all that the dimension
// leaves. Their cosines scatter the more, and at little variance the loss gains less from more of it. Estimator E1 with
// k directions orthogonal to the class means, and k as it was seen to grow with the variance,
//
//   k = directions * w^kDirectionsPower        (class_directions in ssem-train's reports),
//
// has a stationary variance w for each loss weight; what finite training leaves within classes even under plain SupCon,
// the floor, adds to it in squares. Fitted on 26 runs (tests/bench/advice): error .04 in the mean square against .17 of
// the optimum's; the source's comment names what was not run.
#pragma once

#include <optional>

#include "advisor/evaluation.h"
#include "advisor/model/ssem_model.h"

namespace ssem::advisor {

// How an encoder spreads and how far it comes.
struct EncoderHabit {
  double directions = 0;  // at w = 1
  double floor = 0;       // within-class variance under plain SupCon
};
inline constexpr double kDirectionsPower = 0.65;
inline constexpr EncoderHabit kUsualHabit{22, 0.05};
inline constexpr EncoderHabit kNarrowHabit{15, 0.03};  // what delivers least, among what was seen
inline constexpr EncoderHabit kWideHabit{36, 0.075};   // and most
// What single runs scatter by beyond the habits: with it, 98 of 104 runs (76 of them of a network that nothing was
// fitted to) lie within low and high.
inline constexpr double kRunScatter = 0.04;

// The answers for one problem, whose batches are looked at once.
class VarianceInTraining {
 public:
  // Absent where estimator E1 has no directions orthogonal to the class means (fewer dimensions than classes), for
  // unequal classes, for one view and for losses without a loss weight.
  static std::optional<VarianceInTraining> of(const Problem& problem);

  // Linear in the kinds of anchors; about sixty slopes of E1.
  ExpectedInTraining at(double loss_weight, double temperature) const;
  // Its middle value alone: a third of the work.
  double usual(double loss_weight, double temperature) const {
    return delivered(loss_weight, temperature, kUsualHabit);
  }
  // The loss weight whose variance in training is expected to be this one, by kUsualHabit; below 0 or above 1: none has
  // it. Two slopes of E1.
  double loss_weight_for(double within_class_variance, double temperature) const;

 private:
  explicit VarianceInTraining(const Problem& problem);
  double slope(double variance, double loss_weight, double temperature, const EncoderHabit& habit) const;
  double stationary_loss_weight(double variance, double temperature, const EncoderHabit& habit) const;
  double delivered(double loss_weight, double temperature, const EncoderHabit& habit) const;

  Problem problem_;
  SsemModel model_;
};

std::optional<ExpectedInTraining> expected_in_training(const Problem& problem, double loss_weight, double temperature);

}  // namespace ssem::advisor
