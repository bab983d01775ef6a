// Who meets whom in a batch: the distribution of an anchor's partners.
#pragma once

#include <vector>

#include "advisor/problem.h"

namespace ssem::advisor {

// One kind of anchor.
struct BatchTerm {
  double weight = 0;      // its share of the anchors; the weights of a batch sum to 1
  double partners = 0;    // k: other images of its class in the batch
  double others = 0;      // o: images of other classes in the batch
  double supervised = 0;  // weight of its supervised part: balanced 1; anchor mean 1 if k > 0; pair mean k / E[k]
};

// The terms of a problem with balanced classes. Balanced sampling has one; its queue holds keys of every class alike. A
// random batch of B images has k ~ Binomial(B-1, 1/m), or hypergeometric on a data set; small means are enumerated,
// wide distributions are summed on a grid of half a standard deviation, which the trapezoid rule turns into an error
// below 1e-15 for smooth functions. At most about 200 terms; O(terms).
std::vector<BatchTerm> batch_terms(const Problem& problem);

// The same for one class with this share of the data, in a random batch of `batch_size` from infinite data.
std::vector<BatchTerm> random_batch_terms(double batch_size, double class_share, Reduction reduction);

// A shorter list for estimates: the first counts, where functions of the count bend most, as they are; the rest in
// blocks that widen with it, each as two points with the block's first four moments. Means of smooth functions change
// by about 1e-4.
std::vector<BatchTerm> paired_terms(const std::vector<BatchTerm>& terms);
// The same drawn without replacement from a data set: k is hypergeometric.
std::vector<BatchTerm> drawn_batch_terms(double batch_size, double class_images, double other_images,
                                         Reduction reduction);

}  // namespace ssem::advisor
