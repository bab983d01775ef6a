// Where unequal class means lie when every class is collapsed, with equal classes taken together (theory.md, section
// 4).
//
// The collapsed loss sum weight_c log D_c is convex in the cosines of the means. So for d >= m-1 its minimum is one
// arrangement in which equal classes are interchangeable, and a few groups of k_g equal classes stand for any number of
// classes: mean (g, i) = (a_g, s_g e_i) with a_g shared, e_i a vertex of a simplex of the group's own, |a_g|^2 + s_g^2
// = 1. Below m-1 dimensions all means are placed one by one (class_means.h), or estimated as a tight frame.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>

namespace ssem::advisor {

// One entry per group; `weight` and `mass` are those of one class.
struct GroupedLoss {
  Eigen::VectorXd classes;       // k_g
  Eigen::VectorXd weight;        // share of the loss of one class, n_c g_c / N
  Eigen::VectorXd own;           // other images of the anchor's class in the batch, plus kappa
  Eigen::VectorXd mass;          // images of one class in the batch
  Eigen::VectorXd image_weight;  // g_c
  double temperature = 1;
  std::optional<std::int64_t> dimension;  // absent: m or more
};

struct GroupedMeans {
  Eigen::MatrixXd cosines;  // between classes of two groups; on the diagonal between two classes of one group
  Eigen::MatrixXd kernel;   // e^{(cosine - 1)/temperature}
  Eigen::VectorXd lambda;   // smallest second-order coefficient across a mean (class_means.h); 0 for d >= m
  bool converged = false;
  bool estimated = false;       // from a tight frame: cosines are effective ones
  Eigen::MatrixXd arrangement;  // where to start from at another temperature
};

// Below m-1 dimensions, means of so many classes are placed when every group is one class; else estimated.
bool are_placed_one_by_one(double classes, double dimension);

// `start` is an arrangement of the same groups. At most a second for 100 groups; a fraction of a millisecond for ten.
GroupedMeans place_grouped_means(const GroupedLoss& loss, const Eigen::MatrixXd* start = nullptr);

}  // namespace ssem::advisor
