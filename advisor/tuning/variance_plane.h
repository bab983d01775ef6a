// (loss weight, temperature) seen as (within-class variance, log temperature): where a search is worth its trials. What
// theory says collapses, or splits the views of one image, is left out. The variance is the predicted one, or, where
// the problem says what the embeddings are for, the one that encoders are expected to deliver: that is what is trained
// then.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "advisor/model/ssem_model.h"
#include "advisor/recommend/expected_in_training.h"
#include "advisor/tuning/axis.h"

namespace ssem::advisor::tuning {

struct PairOfValues {
  double loss_weight = 0;
  double temperature = 0;
};

// Pure; construction costs some dozens of evaluations of the model, each call one or none.
class VariancePlane {
 public:
  // Nothing where the problem's loss has no loss weight of its own, or everything within the axes collapses. The axes
  // are real; temperatures are kept within what the formulas are checked for.
  static std::optional<VariancePlane> of(const Problem& problem, const Axis& loss_weight, const Axis& temperature);

  // The pair at (share, height) in [0, 1]^2: height runs over the log temperatures that leave room, share over the
  // variances that the loss weights of the axis reach there.
  PairOfValues at(double share, double height) const;
  // The place of a pair: the inverse of at(), clamped.
  void place(const PairOfValues& pair, double& share, double& height) const;

  // What the model of a search sees of at(share, height), interpolated: variance / highest variance, and log
  // temperature in [0, 1] over the axis.
  void append_coordinates(double share, double height, std::vector<double>& coordinates) const;
  void append_coordinates(const PairOfValues& pair, std::vector<double>& coordinates) const;

  double within_class_variance(const PairOfValues& pair) const;
  // Of at(share, height), interpolated.
  double within_class_variance_at(double share, double height) const;
  double temperature_at(double height) const { return std::exp(log_temperature_at(height)); }
  // Neither collapsed nor split, by the model that the search runs on.
  bool admits(const PairOfValues& pair) const;
  // Temperatures of the axis above this one (and none otherwise) leave no room at any loss weight of the axis.
  std::optional<double> highest_admitted_temperature() const;

 private:
  struct Rung {
    double log_temperature = 0;
    double lowest = 0;  // within-class variance at the lowest admitted loss weight, and at the highest
    double highest = 0;
    bool admitted = false;
  };

  VariancePlane(const Problem& problem, const Axis& loss_weight, const Axis& temperature);
  Rung rung_at(double log_temperature) const;
  double lowest_loss_weight(double temperature) const;  // admitted; may exceed the axis
  double loss_weight_for(double within_class_variance, double temperature) const;
  double log_temperature_at(double height) const;
  Rung interpolated(double log_temperature) const;

  SsemModel model_;
  std::optional<VarianceInTraining> training_;  // where it counts
  Axis loss_weight_;
  double low_ = 0;  // of log temperature
  double high_ = 0;
  std::vector<Rung> rungs_;
  std::vector<std::size_t> cells_;  // between rung k and k + 1, both admitted
  double largest_variance_ = 1;
};

}  // namespace ssem::advisor::tuning
