#include "trainer/control/control_verdict.h"

#include <cmath>
#include <cstdio>
#include <string>

namespace ssem::trainer {
namespace {

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

}  // namespace

Verdict judge_control(const ControlReport& control, const advisor::Evaluation& predicted, const Measured& measured,
                      const RunFacts& facts) {
  const VarianceControl::Outcome& found = control.outcome;
  const double train = judged_geometry(measured).within_class_variance;
  const bool held = std::abs(train - control.target) <= kSettledVariance;
  std::string figures =
      "The loss weight was steered from " + text(control.first_loss_weight) + " to " + text(found.final_loss_weight) +
      " to hold a within-class variance of " + text(control.target) + ". Measured: " + text(train) +
      " on training images, " + text(measured.geometry.within_class_variance) + " on test images, " +
      text(found.average_variance) + " over the last batches (tolerance " + text(kSettledVariance) + ").";
  if (predicted.within_class_variance) {
    figures += " At the loss's optimum this loss weight would give " + text(*predicted.within_class_variance) + ".";
  }
  if (facts.cancelled) {
    return {Outcome::inconclusive, Cause::not_at_optimum, "The run was cancelled. " + figures};
  }
  if (!found.settled) {
    return {Outcome::inconclusive, held ? Cause::none : Cause::not_at_optimum,
            figures + " It had not settled: more steps would tell."};
  }
  if (held) return {Outcome::confirmed, Cause::none, figures + " It is held."};
  return {Outcome::refuted, Cause::encoder_cannot,
          figures + " The batches hold it, images without augmentation do not: views of one image lie too far apart."};
}

}  // namespace ssem::trainer
