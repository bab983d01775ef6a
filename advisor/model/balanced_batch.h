// SSEM in closed form for balanced batches (theory.md, sections 1 and 4): Lee, Oh, Lee, Sohn, AISTATS 2025, generalised
// to batches of n out of M images of each of m_b out of m classes.
//
// Embeddings have unit norm; s and b are the cosines of two images of one class and of two classes. With y = 1 - s,
// z = y / temperature, r = (M-1)/M, w = r y, b = -(1-w)/(m-1), x = m/((m-1) temperature), c = 1 + r/(m-1),
// O = (m_b-1) n images of other classes in a batch:
//
//   L(z)    = (1-a) z + log p + log[kappa + (n-1) e^-z + O e^{-x + (c-1) z}]          a = loss_weight, convex in z
//   optimum : (1-a) kappa e^z + C e^{cz-x} = a (n-1),      C = O (r/(m-1) + 1-a)
//   collapse iff a <= a* = [kappa + O q (1 + r/(m-1))] / D,  D = kappa + n-1 + O q,  q = e^-x
//
// The decoupled convention shares the thresholds; its optimum is in anchor_mixture.h. Every function is pure, takes
// temperatures 1e-4..1e4 and sizes up to 1e6 without overflow, and costs a few exponentials.
#pragma once

#include "advisor/problem.h"

namespace ssem::advisor {

// A loss weight near 1 keeps its digits in `one_minus`.
struct LossWeight {
  double value = 0;
  double one_minus = 0;
};

// loss_weight - threshold, on the side that keeps its digits.
inline double above_threshold(double loss_weight, const LossWeight& threshold) {
  return loss_weight < 0.5 ? loss_weight - threshold.value : threshold.one_minus - (1 - loss_weight);
}

// Collapse iff loss_weight <= threshold.
inline bool is_collapsed(double loss_weight, const LossWeight& threshold) {
  return above_threshold(loss_weight, threshold) <= 0;
}

class BalancedBatch {
 public:
  // A problem with balanced classes and balanced sampling.
  static BalancedBatch of(const Problem& problem);
  // `instances` may be an effective, fractional number; `dataset_instances` may be infinite.
  BalancedBatch(double classes, double instances, double classes_per_batch, double dataset_instances, double views,
                double own_image_share);

  // a*; may exceed 1 on a data set: collapse at every loss weight. Relative error about 1e-15.
  LossWeight loss_weight_threshold(double temperature) const;
  // The threshold where the embeddings have only m - 1 dimensions: 1 - a = [n-1 - r n f q (1 + x)] / D, f =
  // (m_b-1)/(m-1).
  LossWeight tangent_loss_weight_threshold(double temperature) const;
  // Collapse iff temperature >= threshold: 0 always, infinity never.
  double temperature_threshold(double loss_weight) const;
  // Below this loss weight the views of one image drift apart: (p-1)(1 - n p q (f + m_b-1)) / (np-1 + O p q).
  // Negative where no loss weight does that. Only where the anchor is excluded.
  double view_split_loss_weight(double temperature) const;

  // z at the optimum, 0 where collapsed. Newton on a convex function from above: monotone, about five steps.
  double optimum(double loss_weight, double temperature) const;
  double loss(double z, double loss_weight, double temperature) const;
  // The loss weight whose optimum has this within-class variance; above 1 (one_minus < 0): none has.
  LossWeight loss_weight_for(double within_class_variance, double temperature) const;
  // d w / d log temperature and d w / d loss_weight at an optimum z > 0.
  double within_per_log_temperature(double z, double loss_weight, double temperature) const;
  double within_per_loss_weight(double z, double loss_weight, double temperature) const;

  double classes() const { return classes_; }
  double instances() const { return instances_; }
  double others() const { return others_; }
  double dataset_share() const { return dataset_share_; }
  double own_image_share() const { return own_image_share_; }
  double views() const { return views_; }
  // (n-1)m/(mn-1), with M for n on a data set: every image's views at one vertex of one simplex.
  double max_within_class_variance() const { return dataset_share_ * classes_ / (classes_ - 1 + dataset_share_); }

 private:
  double x(double temperature) const { return classes_ / ((classes_ - 1) * temperature); }
  double repulsion(double one_minus_loss_weight) const { return pull_ + one_minus_loss_weight * others_; }  // C

  double classes_;          // m
  double instances_;        // n
  double others_;           // O
  double dataset_share_;    // r
  double views_;            // p
  double own_image_share_;  // kappa
  double between_growth_;   // c - 1 = r/(m-1)
  double growth_;           // c
  double pull_;             // O r/(m-1) = n r f
  double slack_;            // (n-1) - pull, exactly 0 where the batch is the data set
  double batch_share_;      // f
};

}  // namespace ssem::advisor
