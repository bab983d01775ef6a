#include "trainer/control/control_verdict.h"

#include <cmath>
#include <string>

#include "advisor/numeric/number_text.h"

namespace ssem::trainer {

using advisor::number_text;

Verdict judge_control(const ControlReport& control, const advisor::Evaluation& predicted, const Measured& measured,
                      const RunFacts& facts) {
  const VarianceControl::Outcome& found = control.outcome;
  const double train = judged_geometry(measured).within_class_variance;
  const bool held = std::abs(train - control.target) <= kSettledVariance;
  std::string figures = "The loss weight was steered from " + number_text(control.first_loss_weight) + " to " +
                        number_text(found.final_loss_weight) + " to hold a within-class variance of " +
                        number_text(control.target) + ". Measured: " + number_text(train) + " on training images, " +
                        number_text(measured.geometry.within_class_variance) + " on test images, " +
                        number_text(found.average_variance) + " over the last batches (tolerance " +
                        number_text(kSettledVariance) + ").";
  if (predicted.within_class_variance) {
    figures +=
        " At the loss's optimum this loss weight would give " + number_text(*predicted.within_class_variance) + ".";
  }
  if (facts.cancelled) {
    return {Outcome::inconclusive, Cause::not_at_optimum, "The run was cancelled. " + figures};
  }
  if (found.out_of_reach && !held) {
    return {Outcome::refuted, Cause::encoder_cannot,
            figures + " Out of reach: the loss weight went " +
                (control.target > found.average_variance ? "up" : "down") +
                ", and what that changed would not come to the target within any loss weight. This encoder gives "
                "images of a class on this data about this variance, whatever the loss asks."};
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
