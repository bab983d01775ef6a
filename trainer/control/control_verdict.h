// Did a run whose loss weight was steered hold the variance that was asked for?
#pragma once

#include "trainer/control/variance_control.h"
#include "trainer/verdict/verdict.h"

namespace ssem::trainer {

// What a steered run reports.
struct ControlReport {
  double target = 0;
  double first_loss_weight = 0;
  VarianceControl::Outcome outcome;
};

// confirmed: the within-class variance of training images, without augmentation, is within kSettledVariance of the
// target and the loss weight stands still. inconclusive: it still moved, or the run was cancelled. refuted: it stood
// still elsewhere, or moving it changes too little. `predicted` is the theory at the final loss weight; the sentence
// says how far an ideal optimum would be.
Verdict judge_control(const ControlReport& control, const advisor::Evaluation& predicted, const Measured& measured,
                      const RunFacts& facts);

}  // namespace ssem::trainer
