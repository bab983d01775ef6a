// Collapse and variance class by class where classes differ in size (theory.md, section 4 "Imbalance"), with n_c =
// batch_size * share_c images of class c in a batch of N and M_c in the data set.
//
// With every class collapsed at the means mu_c that minimise the loss (class_groups.h), q = e^{(t-1)/tau} and t the
// cosine of two means, an anchor of class c with k partners and o others has D_k = kappa + k + o mean(q). Class c
// collapses iff
//
//   (1-a) S_c >= E[g_k (k + r_c o mean(q t)/2)/D_k] + r_c/2 sum_c' n_c' q t E[g_k' o/D_k']/(N - n_c') - r_c lambda_c/(2
//   tau)
//
// S_c = E[s_k], g_k = (1-a) s_k + a, r_c = (M_c-1)/M_c. Usually k = n_c - 1, o = N - n_c; in random batches, and for
// classes with n_c < 2, k is drawn from the data set. s_k is 1 (anchor mean; 0 without partners) or k over its mean
// over all anchors (pair mean). Linear in a but for the means and lambda, which hardly depend on it: two passes. Equal
// classes give the balanced closed form; one class alone the low-temperature rules of theory.md.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "advisor/imbalance/class_groups.h"
#include "advisor/model/batch_terms.h"
#include "advisor/problem.h"

namespace ssem::advisor {

// Classes of one size.
struct ClassKind {
  double classes = 0;    // how many
  double instances = 0;  // n_c, also fractional
  double images = 0;     // M_c
  bool by_random_rule = false;
  std::vector<BatchTerm> terms;
  double partners = 0;    // E[k]
  double supervised = 0;  // S_c
};

// What a class meets at one arrangement of the means.
struct Surroundings {
  double images = 0, kernel = 0, cosine = 0;  // sums over the other classes' images of 1, q and q t
  double pull = 0, supervised_pull = 0;       // E[o/D] and E[s o/D] per image of the other classes
};

class ImbalanceModel {
 public:
  explicit ImbalanceModel(const Problem& problem);  // problem.class_counts must not be empty

  struct Thresholds {
    std::vector<double> loss_weight;  // of every level; above 1: collapses at every loss weight
    GroupedMeans means;
  };
  // `start` is the arrangement of another temperature. Of equal classes that lie differently, the first to come apart.
  Thresholds thresholds(double temperature, const Eigen::MatrixXd* start = nullptr) const;

  // Within-class variance of every level at a loss weight: for each class the condition above at z = w/(r tau) instead
  // of 0, with partners' terms k e^-z and cosines t sqrt((1-w)(1-w')), until no class moves. The SSEM optimum for equal
  // classes. 0 where the threshold says collapsed.
  std::vector<double> variances(double loss_weight, double temperature, const Thresholds& thresholds) const;

  // The loss of a batch with every class at its mean, in nats. In plain SupCon every anchor has its own views.
  double collapsed_loss(const GroupedMeans& means, double loss_weight) const;

  const std::vector<ClassKind>& levels() const { return levels_; }
  std::size_t level_of(std::size_t class_index) const { return level_of_[class_index]; }
  bool rounded() const { return rounded_; }  // too many sizes: some were rounded by less than one percent

 private:
  ClassKind kind(double count, double classes) const;
  void group_levels();
  GroupedLoss grouped_loss(double loss_weight, double temperature) const;
  double threshold_of(const ClassKind& kind, std::size_t group, const GroupedMeans& means, double temperature,
                      const std::vector<Surroundings>& around) const;
  std::vector<double> thresholds_at(const GroupedMeans& means, double temperature) const;

  Problem shape_;  // without the counts
  double images_ = 0;
  double batch_ = 0;  // N
  double mean_partners_ = 0;
  bool rounded_ = false;
  std::vector<ClassKind> levels_;
  std::vector<std::size_t> level_of_;
  std::vector<ClassKind> groups_;
  std::vector<std::pair<std::size_t, std::size_t>> groups_of_level_;  // from, to: several where placed one by one
};

}  // namespace ssem::advisor
