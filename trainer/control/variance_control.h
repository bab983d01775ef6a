// Steers the loss weight while an encoder trains, so that its embeddings hold a within-class variance.
//
// With x = logit(loss_weight), e = target - ratio * average of the batches' variance and s = d variance / d x in theory
// at the target, every step
//
//   integral += rate * e / (s * kIntegralSteps),    x = integral + kProportion * e / s,
//
// both within +-kLargestLogit: a proportional-integral law. Its two terms move the weight no faster than kLargestMove a
// step and no farther than kLargestProportional: an encoder needs a hundred steps or more to leave collapse, and shows
// nothing of it before. The proportional term damps what the integral alone would make swing through that delay. `rate`
// is the learning rate's share of its highest: the weight moves as fast as the encoder can, and comes to rest with it.
// The average forgets with kForgetting a step. `ratio` is what images without augmentation have for what augmented
// batches have, measured now and then: the target is about images as they are.
#pragma once

#include <cstdint>
#include <vector>

#include "trainer/measure/geometry.h"

namespace ssem::trainer {

// Within-class variance of the population that the batch is drawn from: 1 - mean cosine of rows of one class and two
// instances, averaged over classes by rows. Unlike the batch's own variance it does not shrink with few images a class,
// and views of one image do not count as alike. nan where no class has two instances. O(classes).
double unbiased_within_class_variance(const Geometry& batch);

// One step of a run that is steered; a checkpoint keeps all of them.
struct ControlStep {
  std::int64_t step = 0;   // from 1
  double loss_weight = 0;  // that the step was trained with
  double variance = 0;     // of its batch, unbiased; nan: none to be measured
  double average = 0;      // of the batches' variance, after it
  double ratio = 1;        // of the variance of images without augmentation to it
  double integral = 0;     // in logits, after it
};

class VarianceControl {
 public:
  // `slope` is d variance / d logit(loss_weight) near the target; it is taken as at least kLeastSlope.
  VarianceControl(double target, double loss_weight, double slope);

  double loss_weight() const { return loss_weight_; }
  double target() const { return target_; }
  // After a step whose batch had this variance, at a learning rate of `rate_share` of the highest, 0 to 1.
  void observe(double variance, double rate_share);
  // Images without augmentation have this variance now; nan: none to be measured. Between steps.
  void calibrate(double plain_variance);
  // Goes on as the run did that these are the steps of.
  void resume(std::vector<ControlStep> steps);

  const std::vector<ControlStep>& steps() const { return steps_; }

  struct Outcome {
    double final_loss_weight = 0;  // what to type for a plain run: its mean (of logits) over the last kLastShare
    double average_variance = 0;   // of the batches there, times the ratio
    bool settled = false;          // that average is within kSettledVariance of the target, and the weight stands still
    bool out_of_reach =
        false;  // far from it, and what the second half's move of the weight changed would not get there
  };
  Outcome outcome() const;

 private:
  double error() const;
  void choose();
  bool is_out_of_reach(double final_logit, double average_variance) const;

  double target_, slope_;
  double integral_, average_;
  double ratio_ = 1;
  double loss_weight_;
  std::vector<ControlStep> steps_;
};

inline constexpr double kIntegralSteps = 100;
inline constexpr double kProportion = 2;
inline constexpr double kForgetting = 0.1;
inline constexpr double kRatioForgetting = 0.2;  // a calibration
inline constexpr double kLeastSlope = 0.1;
inline constexpr double kLargestLogit = 8;
inline constexpr double kLargestProportional = 1.5;
inline constexpr double kLargestMove = 0.02;
inline constexpr double kLastShare = 0.1;
inline constexpr double kSettledVariance = 0.03;
inline constexpr double kSettledLogits = 0.2;       // between the two halves of the last share
inline constexpr double kTellingMove = 0.5;         // logits, from the middle of the run to its last share
inline constexpr std::int64_t kTellingSteps = 800;  // shorter runs may not have left collapse yet: nothing tells

}  // namespace ssem::trainer
