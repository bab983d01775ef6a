#include "advisor/dimension/similarity_moments.h"

#include <algorithm>
#include <cmath>

namespace ssem::advisor {

SameClassSpread::SameClassSpread(double inverse_instances, double inverse_dimensions) {
  const double nu = inverse_instances;
  const double c = inverse_dimensions;
  const double room = c * (1 - nu) - nu;  // (M - k - 1)/(M k): positive where the images outnumber a simplex's vertices
  if (room <= 0) {
    top_node = -nu / (1 - nu);
    return;
  }
  if (c <= 2 * nu) {  // k + 1 < M <= 2 k: some pairs are opposite, the others share one similarity
    top_node = (c - 2 * nu) / (1 - 2 * nu);
    top_weight = (1 - 2 * nu) / ((1 - nu) * (1 + top_node));
    bottom_weight = 1 - top_weight;
    top_node_slope = 1 / (1 - 2 * nu);
    top_weight_slope = -top_weight / (1 + top_node) * top_node_slope;
    return;
  }
  // Nodes are the roots of t^2 + g1 t + g0, from moments up to the third.
  const double room_slope = 1 - nu;
  const double g1 = (1 - c) * nu / room;
  const double g0 = -c * (c - 2 * nu) / room;
  const double g1_slope = -(nu * room + (1 - c) * nu * room_slope) / (room * room);
  const double g0_slope = -(2 * (c - nu) * room - c * (c - 2 * nu) * room_slope) / (room * room);
  const double gap = std::sqrt(g1 * g1 - 4 * g0);
  bottom_node = -0.5 * (g1 + gap);
  top_node = g0 / bottom_node;
  const double mean = -nu / (1 - nu);
  top_weight = (mean - bottom_node) / gap;
  bottom_weight = (top_node - mean) / gap;
  top_node_slope = -(g1_slope * top_node + g0_slope) / gap;
  bottom_node_slope = (g1_slope * bottom_node + g0_slope) / gap;
  top_weight_slope = -bottom_node_slope / gap - top_weight * (top_node_slope - bottom_node_slope) / gap;
}

SimilarityMoments::SimilarityMoments(double classes, double inverse_instances, double dimension)
    : orthogonal_(std::max(0.0, dimension - classes + 1)),
      in_span_(std::max(0.0, classes - 2)),
      orthogonal_spread_(0),
      in_span_spread_(0),
      cross_spread_(classes / ((classes - 1) * (classes - 1))) {
  const double least = inverse_instances < 1 ? inverse_instances / (1 - inverse_instances) : 0;
  if (orthogonal_ > 0) {
    orthogonal_spread_ = std::max(0.0, classes / orthogonal_ - std::max(least, 1 / orthogonal_)) / (classes - 1);
  }
  if (in_span_ > 0) {
    in_span_spread_ = (classes - 3 + 1 / ((classes - 1) * (classes - 1))) / (in_span_ * in_span_);
  }
}

double SimilarityMoments::inverse_dimensions(double e) const {
  if (!(orthogonal_ > 0 || in_span_ > 0)) return 1;
  const double across = e < 1 ? (1 - e) * (1 - e) / orthogonal_ : 0;
  const double along = e > 0 ? e * e / in_span_ : 0;
  return across + along;
}

double SimilarityMoments::inverse_dimensions_slope(double e) const {
  if (!(orthogonal_ > 0 || in_span_ > 0)) return 0;
  const double across = e < 1 ? 2 * (1 - e) / orthogonal_ : 0;
  const double along = e > 0 ? 2 * e / in_span_ : 0;
  return along - across;
}

}  // namespace ssem::advisor
