#include "trainer/verdict/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "advisor/dimension/variance_estimate.h"

namespace ssem::trainer {
namespace {

// How far a measured within-class variance may be from the predicted one: free embeddings, where the prediction is
// exact or estimator E1's, as far as E1 itself may be off; trained encoders, whose data is not a simplex.
constexpr double kFreeRelative = advisor::kEstimateError;
constexpr double kFreeTangentRelative = advisor::kTangentEstimateError;
constexpr double kFreeAbsolute = 0.01;
constexpr double kEncoderRelative = 0.25;
constexpr double kEncoderAbsolute = 0.03;
constexpr double kRestShare = 0.1;
// A loss within this of the predicted optimum has reached it.
constexpr double kLossGap = 0.02;

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

// In low dimension the estimate is the prediction. Where there is none, what stands in its place is a guide, and
// nothing to be confirmed or refuted.
std::optional<double> predicted_variance(const advisor::Evaluation& predicted) {
  const bool guide = predicted.dimension_regime == advisor::DimensionRegime::no_simplex;
  if (guide && !predicted.estimated_within_class_variance) return std::nullopt;
  return predicted.estimated_within_class_variance ? predicted.estimated_within_class_variance
                                                   : predicted.within_class_variance;
}

// Mean cosines of images of one class and of two.
struct Similarities {
  double within = 0, between = 0;
};

std::string text(const Similarities& cosines) { return text(cosines.within) + " and " + text(cosines.between); }

// What the predicted variance makes of the cosines (theory.md, section 0), where class means form a simplex, the views
// of an image lie together and no encoder has its own idea of the between-class mean.
std::optional<Similarities> predicted_similarities(const advisor::Evaluation& predicted, const Measured& measured,
                                                   const RunFacts& facts) {
  const auto variance = predicted_variance(predicted);
  const auto& classes = measured.geometry.per_class;
  if (!facts.free_embeddings || !variance || classes.size() < 2 || classes.front().instances < 2) return std::nullopt;
  if (predicted.dimension_regime == advisor::DimensionRegime::no_simplex) return std::nullopt;
  if (!(measured.geometry.view_variance <= kFreeAbsolute)) return std::nullopt;
  const auto images = static_cast<double>(classes.front().instances);
  return Similarities{1 - *variance * images / (images - 1),
                      -(1 - *variance) / static_cast<double>(classes.size() - 1)};
}

// What the geometry should show: images apart, the views of one image together.
double apart(const Geometry& geometry) { return geometry.within_class_variance - geometry.view_variance; }

Cause cause_of(const advisor::Evaluation& predicted, const Measured& measured, const RunFacts& facts) {
  if (!facts.converged) return Cause::not_at_optimum;
  if (!predicted.loss_value || !std::isfinite(measured.loss_value)) return Cause::theory_off;
  if (measured.loss_value <= *predicted.loss_value + kLossGap) return Cause::theory_off;
  return facts.free_embeddings ? Cause::not_at_optimum : Cause::encoder_cannot;
}

std::string reason(Cause cause, const advisor::Evaluation& predicted, const Measured& measured, const RunFacts& facts) {
  const std::string loss = predicted.loss_value ? "the loss " + text(measured.loss_value) +
                                                      " against the predicted optimum " + text(*predicted.loss_value)
                                                : "the loss " + text(measured.loss_value);
  switch (cause) {
    case Cause::not_at_optimum:
      return " The loss is not at its optimum yet: " + loss + ", gradient norm " + text(measured.gradient_norm) + "; " +
             facts.convergence_why + ".";
    case Cause::encoder_cannot:
      return " Training has stopped moving with " + loss + ": the encoder does not reach it on this data.";
    case Cause::theory_off:
      return " The loss reached what was predicted (" + loss + "), so the theory is off here.";
    case Cause::none:
      break;
  }
  return "";
}

}  // namespace

bool is_collapsed(const Geometry& geometry, double max_within_class_variance) {
  return apart(geometry) <= kCollapsedShare * max_within_class_variance;
}

double variance_tolerance(const advisor::Evaluation& predicted, bool free_embeddings) {
  const double variance = predicted_variance(predicted).value_or(0);
  const bool tangent = predicted.dimension_regime == advisor::DimensionRegime::tangent_only;
  return free_embeddings ? std::max(kFreeAbsolute, (tangent ? kFreeTangentRelative : kFreeRelative) * variance)
                         : std::max(kEncoderAbsolute, kEncoderRelative * variance);
}

double rest_tolerance(const advisor::Evaluation& predicted) { return kRestShare * variance_tolerance(predicted, true); }

Verdict judge(const advisor::Evaluation& predicted, const Measured& measured, const RunFacts& facts) {
  const auto variance = predicted_variance(predicted);
  const auto cosines = predicted_similarities(predicted, measured, facts);
  const Similarities found_cosines{measured.geometry.within_class_similarity,
                                   measured.geometry.between_class_similarity};
  // So little variance counts as collapse when it is measured: then the predicted state cannot be told from it.
  const bool nearly_collapsed = !predicted.collapsed && variance &&
                                *variance <= kCollapsedShare * predicted.max_within_class_variance.value_or(1);
  const bool same_state = predicted.collapsed == measured.collapsed || nearly_collapsed;
  const double found = apart(judged_geometry(measured));
  const double allowed = variance ? variance_tolerance(predicted, facts.free_embeddings) : 0;
  const bool same_variance = !variance || std::abs(found - *variance) <= allowed;
  // Of M images a class the cosine changes M/(M-1) times as much as the variance, twice at most.
  const double allowed_cosine = 2 * allowed;
  const bool same_cosines = !cosines || (std::abs(found_cosines.within - cosines->within) <= allowed_cosine &&
                                         std::abs(found_cosines.between - cosines->between) <= allowed_cosine);
  const bool same = same_state && same_variance && same_cosines;

  const auto state = [](bool collapsed) { return std::string(collapsed ? "collapsed" : "not collapsed"); };
  std::string figures = "Predicted: " + (nearly_collapsed ? "just short of collapse" : state(predicted.collapsed));
  if (variance) figures += ", within-class variance " + text(*variance);
  if (cosines) figures += ", similarity within and between classes " + text(*cosines);
  figures +=
      ". Measured: " + state(measured.collapsed) + ", within-class variance " + text(found) +
      (measured.train_geometry ? " on training images and " + text(apart(measured.geometry)) + " on test images" : "");
  if (cosines) figures += ", similarities " + text(found_cosines);
  if (measured.view_variance > kCollapsedShare) {
    figures += ", besides " + text(measured.view_variance) + " between views of one image";
  }
  if (!variance) {
    figures += " (no single variance is predicted here).";
  } else {
    figures += " (tolerance " + text(allowed) + (cosines ? " and " + text(allowed_cosine) : "") + ").";
  }

  if (facts.cancelled || !facts.converged) {
    const std::string why = facts.cancelled ? "it was cancelled" : facts.convergence_why;
    return {Outcome::inconclusive, same ? Cause::none : Cause::not_at_optimum,
            "The run ended too early to say: " + why + ". " + figures};
  }
  if (same) {
    return {Outcome::confirmed, Cause::none, figures + " They agree; " + facts.convergence_why + "."};
  }
  const Cause cause = cause_of(predicted, measured, facts);
  // A loss above the predicted optimum is no evidence against the prediction of that optimum.
  const Outcome outcome = cause == Cause::not_at_optimum ? Outcome::inconclusive : Outcome::refuted;
  return {outcome, cause, figures + " They disagree." + reason(cause, predicted, measured, facts)};
}

}  // namespace ssem::trainer
