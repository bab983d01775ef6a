// Does what was measured agree with what was predicted?
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "advisor/evaluation.h"
#include "trainer/measure/geometry.h"
#include "trainer/measure/nested_variance.h"

namespace ssem::trainer {

inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

// Accuracy of class means of so many rows a class.
struct FewShot {
  std::int64_t shots = 0;
  double accuracy = kNotMeasured;
};

// Of test images that were spoilt.
struct CorruptedAccuracy {
  std::string corruption;
  double accuracy = kNotMeasured;
};

// On features of another data set, but for the last.
struct TransferMeasure {
  std::string dataset;
  double linear_probe_accuracy = kNotMeasured;
  double knn_accuracy = kNotMeasured;
  double embedding_linear_probe_accuracy = kNotMeasured;
};

// Chance that an example of another data set lies farther from the training examples than a test example.
struct ForeignMeasure {
  std::string dataset;
  double auroc = kNotMeasured;            // of features
  double embedding_auroc = kNotMeasured;  // of embeddings
};

// What a run found; the rest stays kNotMeasured.
struct Measured {
  Geometry geometry;
  double view_variance = kNotMeasured;  // an encoder's geometry is that of images without augmentation: views apart
  double view_similarity = kNotMeasured;
  // An encoder's geometry is that of test images, as the paper measures it. Theory speaks of what was trained on: where
  // there is this one, it decides.
  std::optional<Geometry> train_geometry;
  bool collapsed = false;
  double loss_value = kNotMeasured;
  double gradient_norm = kNotMeasured;  // of the loss with respect to what was trained (embeddings: tangential)
  double knn_accuracy = kNotMeasured;   // k = 200, unweighted
  double weighted_knn_accuracy = kNotMeasured;
  double linear_probe_accuracy = kNotMeasured;
  double fine_accuracy = kNotMeasured;                // linear probe of fine labels on features
  double embedding_fine_accuracy = kNotMeasured;      // and on embeddings
  double prototype_accuracy = kNotMeasured;           // class means of embeddings
  std::vector<CorruptedAccuracy> corrupted_accuracy;  // the linear probe of clean images, asked on spoilt ones
  std::vector<FewShot> few_shot_accuracy;  // class means of few features; of fine labels where there are some
  double effective_rank = kNotMeasured;
  double encoder_within_class_variance = kNotMeasured;  // within classes, a share of the variance of unit features
  double directional_variance = kNotMeasured;           // of embeddings, along the lines between class centres
  double class_directions = kNotMeasured;               // that training images of a class spread over
  double view_consistency = kNotMeasured;  // what two views of a training image agree on of its class's variance
  std::vector<TransferMeasure> transfer;
  std::vector<ForeignMeasure> foreign;
  std::optional<NestedVariance> nested;
};

struct RunFacts {
  bool free_embeddings = false;  // embeddings mode: no encoder stands between the loss and the geometry
  bool converged = false;        // the run's own convergence test
  bool cancelled = false;
  std::string convergence_why;  // one sentence with the figures
};

enum class Outcome { confirmed, refuted, inconclusive };
// What explains a disagreement.
enum class Cause {
  none,
  not_at_optimum,  // the loss can still fall: its gap to the predicted optimum and its gradient say so
  encoder_cannot,  // training has stopped moving and the loss stays above the predicted optimum
  theory_off,      // the loss is at or below the predicted optimum and the geometry is another
};

struct Verdict {
  Outcome outcome = Outcome::inconclusive;
  Cause cause = Cause::none;
  std::string why;
};

// The geometry that is held against the prediction.
inline const Geometry& judged_geometry(const Measured& measured) {
  return measured.train_geometry ? *measured.train_geometry : measured.geometry;
}

// How far the measured within-class variance may be from the predicted one; the report's `variance_tolerance`.
double variance_tolerance(const advisor::Evaluation& predicted, bool free_embeddings);
// What it may still move by in a run of free embeddings that has come to rest: a tenth of that.
double rest_tolerance(const advisor::Evaluation& predicted);

// Tolerances are named constants in verdict.cpp, and the sentence states the ones it used.
Verdict judge(const advisor::Evaluation& predicted, const Measured& measured, const RunFacts& facts);

// Within-class variance, views apart, below this counts as collapsed; a share of the largest possible one.
inline constexpr double kCollapsedShare = 0.02;
bool is_collapsed(const Geometry& geometry, double max_within_class_variance);

}  // namespace ssem::trainer
