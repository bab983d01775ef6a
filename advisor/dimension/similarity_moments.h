// The moments behind estimator E1 (theory.md, section 3): how the similarities of images spread when a batch or data
// set has more images than the dimension has room for one simplex. Symbols: m classes, M images of a class, d
// dimension, w within-class variance, of which the share e lies in the J = m-2 dimensions that the class means leave in
// their own span and 1-e in the K = d-m+1 dimensions orthogonal to it.
#pragma once

namespace ssem::advisor {

// Similarities inside one class as a two-point distribution: e^{-Y} U of theory.md is sum weight_i e^{-Y (1 - node_i)},
// Y = w/temperature. Matches the moments that the M images' spread over 1/inverse_dimensions directions fixes.
struct SameClassSpread {
  double top_node = 0, bottom_node = -1;
  double top_weight = 1, bottom_weight = 0;
  // Derivatives along `inverse_dimensions`; the weights' derivatives are opposite.
  double top_node_slope = 0, bottom_node_slope = 0, top_weight_slope = 0;

  // inverse_instances 1/M in [0, 1/2], 0 for a data set without end; inverse_dimensions 1/k_eff in (0, 1].
  SameClassSpread(double inverse_instances, double inverse_dimensions);
};

class SimilarityMoments {
 public:
  SimilarityMoments(double classes, double inverse_instances, double dimension);

  double orthogonal_dimensions() const { return orthogonal_; }  // K
  double in_span_dimensions() const { return in_span_; }        // J
  // 1/k_eff and its derivative along the in-span share; infinite where a direction is used that does not exist.
  double inverse_dimensions(double in_span_share) const;
  double inverse_dimensions_slope(double in_span_share) const;
  // Cosines between classes spread by what the images deviate: squares of theory.md, per squared or simple variance.
  double orthogonal_spread() const { return orthogonal_spread_; }  // of A^2, deviations outside the span of the means
  double in_span_spread() const { return in_span_spread_; }        // of E^2, deviations inside
  double cross_spread() const { return cross_spread_; }            // of v E, a deviation and the other class's mean

 private:
  double orthogonal_, in_span_;
  double orthogonal_spread_, in_span_spread_, cross_spread_;
};

}  // namespace ssem::advisor
