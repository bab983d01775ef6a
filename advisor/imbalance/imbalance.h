// Class by class answers for data with unequal classes (theory.md, section 4 "Imbalance"); the formulas stand in
// imbalance_model.h. Equal counts give the balanced closed form, permuted counts permuted answers.
//
// Exact for dimension >= classes - 1 where every class has two images in each batch. A class with fewer follows the
// random-batch rule with its own share. Beyond 4096 sizes counts are rounded by less than a percent, beyond 24 their
// means are placed in groups of similar classes (thresholds then err by about 0.001). Below classes - 1 dimensions see
// class_groups.h. A class's threshold holds while the others are collapsed; past the first one it is an approximation.
#pragma once

#include <vector>

#include "advisor/evaluation.h"
#include "advisor/imbalance/imbalance_model.h"
#include "advisor/problem.h"

namespace ssem::advisor {

// `model` must have been made from `problem`, `thresholds` from it at this temperature. One row per entry of
// class_counts. `estimated_within_class_variance` is 0 where collapsed and absent where no estimate is to be had: fewer
// dimensions than classes, the decoupled loss, loss weight 1. Appends warnings with the codes
// `too_few_instances_in_batch`, `class_counts_rounded`, `class_means_estimated`, `class_means_not_converged`. A
// millisecond for ten different counts; a second at most, for a million classes or some 100 in too few dimensions.
std::vector<ClassEvaluation> evaluate_classes(const Problem& problem, const ImbalanceModel& model,
                                              const ImbalanceModel::Thresholds& thresholds, double loss_weight,
                                              double temperature, std::vector<Warning>& warnings);

// From this temperature on some class collapses: 0 at every temperature, infinity never (between 1e-4 and 1e4).
double class_temperature_threshold(const ImbalanceModel& model, double loss_weight);

}  // namespace ssem::advisor
