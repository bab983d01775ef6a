// One face for the balanced closed form and the mixture of anchors: what the rest of the advisor asks about a problem.
#pragma once

#include <optional>

#include "advisor/model/anchor_mixture.h"
#include "advisor/model/balanced_batch.h"

namespace ssem::advisor {

class SsemModel {
 public:
  // Balanced classes; `problem.imbalanced()` must be false.
  explicit SsemModel(const Problem& problem);
  // The same loss at an effective number of instances per class: what imbalanced problems are advised with.
  SsemModel(const Problem& problem, double effective_instances);

  LossWeight loss_weight_threshold(double temperature) const;
  double temperature_threshold(double loss_weight) const;
  std::optional<double> view_split_loss_weight(double temperature) const;  // absent where it cannot happen
  double optimum(double loss_weight, double temperature) const;            // z = (1 - s) / temperature
  double loss(double z, double loss_weight, double temperature) const;
  LossWeight loss_weight_for(double within_class_variance, double temperature) const;
  double within_per_log_temperature(double z, double loss_weight, double temperature) const;
  double within_per_loss_weight(double z, double loss_weight, double temperature) const;

  double within_class_variance(double z, double temperature) const { return batch_.dataset_share() * temperature * z; }
  double max_within_class_variance() const { return batch_.max_within_class_variance(); }
  Convention convention() const { return convention_; }
  // The balanced batch itself, or the one with n = 1 + (B-1)/m that a random batch, or a queue, resembles.
  const BalancedBatch& batch() const { return batch_; }
  // Present for random batches, queues and the decoupled loss.
  const AnchorMixture* mixture() const { return mixture_ ? &*mixture_ : nullptr; }
  // The anchors as the variance estimate sees them.
  const std::vector<BatchTerm>& estimate_terms() const { return estimate_terms_; }

 private:
  Convention convention_;
  BalancedBatch batch_;
  std::optional<AnchorMixture> mixture_;
  std::vector<BatchTerm> estimate_terms_;
  std::vector<double> positives_weights_;  // negatives_only: of estimate_terms_, or of the mixture's
  bool balanced_thresholds_;               // the decoupled loss in a balanced batch shares the closed thresholds
};

}  // namespace ssem::advisor
