// A loss that collapses by itself, mixed with a self-supervised term: L = (1-a) L_sup + a L_self (theory.md, section
// 1).
//
// What the two such conventions, supcon_in and negatives_only, share: one optimum, whose loss weight rises with its
// variance.
#pragma once

#include <memory>
#include <vector>

#include "advisor/model/balanced_batch.h"
#include "advisor/model/batch_terms.h"
#include "advisor/model/ssem_model.h"

namespace ssem::advisor {

class MixedLoss {
 public:
  // `model` must be that of the problem, with equal classes and a convention that may_be_mixed().
  static std::unique_ptr<MixedLoss> of(const Problem& problem, const SsemModel& model);
  virtual ~MixedLoss() = default;
  MixedLoss(const MixedLoss&) = delete;
  MixedLoss& operator=(const MixedLoss&) = delete;

  // The loss weight whose optimum has this within-class variance; one_minus < 0: none has.
  virtual LossWeight loss_weight_for(double within_class_variance, double temperature) const = 0;
  virtual double loss(double z, double loss_weight, double temperature) const = 0;

  LossWeight loss_weight_threshold(double temperature) const { return loss_weight_for(0, temperature); }
  // Collapse iff temperature >= threshold: 0 always, infinity never; between 1e-6 and 1e9.
  double temperature_threshold(double loss_weight) const;
  double optimum(double loss_weight, double temperature) const;  // z, 0 where collapsed
  double within_class_variance(double z, double temperature) const { return dataset_share_ * temperature * z; }

 protected:
  MixedLoss(const Problem& problem, const SsemModel& model);
  double x(double temperature) const { return classes_ / ((classes_ - 1) * temperature); }
  double z_for(double within_class_variance, double temperature) const {
    return within_class_variance == 0 ? 0 : within_class_variance / (dataset_share_ * temperature);
  }

  std::vector<BatchTerm> terms_;
  double classes_;
  double dataset_share_;
  double views_;
  double own_image_share_;
  double between_growth_;  // c - 1
};

}  // namespace ssem::advisor
