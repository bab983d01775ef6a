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
  // V of theory.md = w^2 quadratic(e) + w (1-w) linear(e): variance of the similarities between classes.
  double quadratic(double in_span_share) const;
  double quadratic_slope(double in_span_share) const;
  double linear(double in_span_share) const { return linear_ * in_span_share; }
  double linear_slope() const { return linear_; }

 private:
  double orthogonal_, in_span_;
  double orthogonal_spread_, in_span_spread_, linear_;
};

}  // namespace ssem::advisor
