// What plain SupCon's loss weight is: set by the batch, not by the user.
#pragma once

#include "advisor/problem.h"

namespace ssem::advisor {

// The share of an anchor's positives that are views of its own image: (p-1)/(np-1), averaged over the anchors of random
// or imbalanced batches: E[(p-1)/((k+1)p-1)]; across the views 1/n. Two users of "the same loss" differ by a factor of
// 100 in it.
double plain_supcon_loss_weight(const Problem& problem);

// The batch fixes one loss weight of plain SupCon: all anchors have equally many positives. In random batches and with
// unequal classes each anchor has its own, kappa/(k+kappa) with k partners, which never exceeds the threshold of its
// own batch; their mean, which plain_supcon_loss_weight() gives, may exceed the threshold of random batches and says
// nothing about collapse.
bool acts_like_one_loss_weight(const Problem& problem);

// The weight in plain SupCon's mean of an anchor with this many partners: 1, 0 without any positive (one view); with
// pair mean the number of its positives over the mean number.
double positives_weight(const Problem& problem, double partners, double mean_partners);

}  // namespace ssem::advisor
