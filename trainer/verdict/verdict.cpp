#include "trainer/verdict/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ssem::trainer {
namespace {

// How far a measured within-class variance may be from the predicted one: free embeddings, where the prediction is
// exact or estimator E1's (theory.md: within 4 % for d >= classes); trained encoders, whose data is not a simplex.
constexpr double kFreeRelative = 0.05;
constexpr double kFreeAbsolute = 0.01;
constexpr double kEncoderRelative = 0.25;
constexpr double kEncoderAbsolute = 0.03;
// A loss within this of the predicted optimum has reached it.
constexpr double kLossGap = 0.02;

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

double tolerance(double predicted, bool free_embeddings) {
  return free_embeddings ? std::max(kFreeAbsolute, kFreeRelative * predicted)
                         : std::max(kEncoderAbsolute, kEncoderRelative * predicted);
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

Verdict judge(const advisor::Evaluation& predicted, const Measured& measured, const RunFacts& facts) {
  const auto variance = predicted.estimated_within_class_variance ? predicted.estimated_within_class_variance
                                                                  : predicted.within_class_variance;
  // So little variance counts as collapse when it is measured: then the predicted state cannot be told from it.
  const bool nearly_collapsed = !predicted.collapsed && variance &&
                                *variance <= kCollapsedShare * predicted.max_within_class_variance.value_or(1);
  const bool same_state = predicted.collapsed == measured.collapsed || nearly_collapsed;
  const double found = apart(judged_geometry(measured));
  const double allowed = variance ? tolerance(*variance, facts.free_embeddings) : 0;
  const bool same_variance = !variance || std::abs(found - *variance) <= allowed;

  const auto state = [](bool collapsed) { return std::string(collapsed ? "collapsed" : "not collapsed"); };
  std::string figures = "Predicted: " + (nearly_collapsed ? "just short of collapse" : state(predicted.collapsed));
  if (variance) figures += ", within-class variance " + text(*variance);
  figures +=
      ". Measured: " + state(measured.collapsed) + ", within-class variance " + text(found) +
      (measured.train_geometry ? " on training images and " + text(apart(measured.geometry)) + " on test images" : "");
  if (measured.view_variance > kCollapsedShare) {
    figures += ", besides " + text(measured.view_variance) + " between views of one image";
  }
  figures += variance ? " (tolerance " + text(allowed) + ")." : " (no single variance is predicted here).";

  if (facts.cancelled || !facts.converged) {
    const std::string why = facts.cancelled ? "it was cancelled" : facts.convergence_why;
    return {Outcome::inconclusive, same_state && same_variance ? Cause::none : Cause::not_at_optimum,
            "The run ended too early to say: " + why + ". " + figures};
  }
  if (same_state && same_variance) {
    return {Outcome::confirmed, Cause::none, figures + " They agree; " + facts.convergence_why + "."};
  }
  const Cause cause = cause_of(predicted, measured, facts);
  // A loss above the predicted optimum is no evidence against the prediction of that optimum.
  const Outcome outcome = cause == Cause::not_at_optimum ? Outcome::inconclusive : Outcome::refuted;
  return {outcome, cause, figures + " They disagree." + reason(cause, predicted, measured, facts)};
}

}  // namespace ssem::trainer
