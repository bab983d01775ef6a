// Estimator E1 of the within-class variance w where the embeddings have fewer dimensions than one simplex of all images
// needs (theory.md, section 3). It minimises, over w and the share e of it that lies in the span of the class means,
//
//   (1-a) S w/(r tau) + sum_k weight_k g_k [log p + log(kappa + k E + o X) - log1p(f_k^2 R_k)/2]
//   E = e^{-Y} U(k_eff, M, Y),  Y = w/tau,     X = e^{-(1 + (1-w)/(m-1))/tau} spread,    r = (M-1)/M
//   S = sum_k weight_k supervised_k,           g_k = (1-a) supervised_k + a
//   f_k = k E/(kappa + k E + o X),             R_k = (U(k_eff, M, 2Y)/U(k_eff, M, Y)^2 - 1)/k * (M-1-k)/(M-1)
//
// with a = loss_weight, U and k_eff from similarity_moments.h, the mean kernel of the spread from cosine_spread.h. A
// data set without end has 1/M = 0 and r = 1. Decoupled loss: the bracket is a log(p (kappa + k E + o X) - 1) + (1-a)
// supervised_k log(p (kappa + k E + o X) - E), the own pair's term replaced by its mean E; the correction keeps g_k and
// f_k. supcon_in with a self-supervised term: no linear term; log p(kappa + k E + o X) - (1-a) log(p (kappa + k
// E)/((k+1)p - 1)), each with its correction. negatives_only likewise: no linear term; log(1 + p o X) for an anchor's
// own views and the mean of log(1 + p o X e^{(1-s)/tau}) over its partners' similarities to second order.
//
// It gives 0 exactly at and below the collapse threshold for d >= m-1. How far it is from minima is stated below. At
// a = 1 labels play no part and w is not determined.
#pragma once

#include <optional>
#include <span>

#include "advisor/model/batch_terms.h"
#include "advisor/problem.h"

namespace ssem::advisor {

// Relative errors that brute-force minima stay within (theory.md, section 3), for a < 1: at d >= m, and at d = m-1.
inline constexpr double kEstimateError = 0.05;
inline constexpr double kTangentEstimateError = 0.14;

struct VarianceEstimateInput {
  Convention convention = Convention::anchor_excluded;
  double classes = 2;
  double geometry_instances = 2;  // M: images of one class in the data set, or in the batch where it is the data set
  double views = 2;
  double dimension = 2;
  double loss_weight = 0;
  double temperature = 1;
  std::span<const BatchTerm> terms;
  bool positives_by_pairs = false;  // negatives_only: anchors weigh as many times as they have positives
  std::optional<double> start_within_class_variance;  // a neighbour's answer; saves steps, does not change the result
};

struct VarianceEstimate {
  double within_class_variance = 0;
  double orthogonal = 0;  // part of it outside the span of the class means
  double in_span = 0;     // part of it inside
  double loss_value = 0;
  int iterations = 0;
  bool converged = false;  // false below m-1 dimensions, where the class means form no simplex to spread around
};

// Pure and thread safe. About ten microseconds for one term, linear in the number of terms; takes every size up to 1e6
// classes, 1e12 or infinitely many instances, temperatures 1e-4..1e4.
VarianceEstimate estimate_within_class_variance(const VarianceEstimateInput& input);

}  // namespace ssem::advisor
