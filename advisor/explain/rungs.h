// What the loss is in each state under given settings, in nats and unscaled, and how far a batch's value scatters.
#pragma once

#include <optional>

#include "advisor/evaluation.h"

namespace ssem::advisor {

struct Rung {
  double expected = 0;
  double deviation = 0;
};

struct Rungs {
  std::optional<Rung> initialisation;  // needs a dimension
  Rung all_equal;
  std::optional<Rung> collapsed;
  std::optional<Rung> optimum;         // absent where it is collapsed
  std::optional<Rung> without_labels;  // the optimum of the same loss without labels
};

// The deviations, with N embeddings, P positives of an anchor, B images, m classes, d dimensions (theory.md, section
// 5):
//   initialisation  cosines of variance 1/d:  [2/(d tau^2 N P) + 2 min(1, (e^{1/(d tau^2)} - 1)/N)/N]^{1/2}
//   collapsed, optimum  the numbers of the classes in a random batch: sqrt(2(m-1))/(2B)
//   all, of random batches  the share of anchors without a positive
// and 5e-4 of the value (all_equal 1e-4: single precision; collapsed 2e-4; optimum 5e-3: what estimator E1 is good
// for).
//
// Of the request's problem, the base temperature left out: one evaluation.
Rungs rungs_of(const EvaluationRequest& request);
// For settings that are only tried: the optimum is that of a large dimension. Equal classes. Microseconds.
Rungs tried_rungs_of(const EvaluationRequest& request);
// The rungs of another dimension's random embeddings alone.
std::optional<Rung> initialisation_in(const EvaluationRequest& request, std::int64_t dimension);

// The problem with equal classes that random and equal embeddings cannot tell from this one.
Problem with_equal_classes(const Problem& problem);

}  // namespace ssem::advisor
