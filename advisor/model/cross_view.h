// What the cross-view loss does not share with anchor_included: when the two views of an image drift apart.
//
// An anchor of one view meets the other view of every image, its own among them, and no row of its own view. With the
// views of an image together that is anchor_included's denominator divided by the number of views: kappa = 1, the same
// thresholds and optimum, and log p less of the loss (theory.md, sections 0 to 2).
#pragma once

#include <vector>

#include "advisor/model/batch_terms.h"

namespace ssem::advisor {

// Below this loss weight images of a class coincide only in the mean of their two views: nothing compares the rows of
// one view with each other, so that the two of an image may move against each other. With D = 1 + k + o q it solves
//
//   mean{ (1-a) g [r + (1-r)(1 + o q) - r m/(m-1) o q]/D } = a mean{ r + [(1-r) k - r + r m/(m-1) o q]/D },  g
//   supervised
//
// which is linear in a. Balanced, where the batch is the data set: [1 - (mn - 2m + 1) q] / [n + (m-1) n q]. Negative
// where no loss weight does that. `dataset_share` is r. O(terms).
double cross_view_split_loss_weight(const std::vector<BatchTerm>& terms, double classes, double dataset_share,
                                    double temperature);

}  // namespace ssem::advisor
