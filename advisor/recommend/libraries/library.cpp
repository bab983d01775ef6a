#include "advisor/recommend/libraries/library.h"

namespace ssem::advisor {

const std::vector<Library>& libraries() {
  static const std::vector<Library> list{pytorch(), sup_contrast(),          metric_learning(),  solo_learn(),
                                         lightly(), sentence_transformers(), authors_imagenet(), authors_cifar()};
  return list;
}

bool equal_partners(const Problem& problem) { return !problem.imbalanced() && problem.sampling == Sampling::balanced; }

}  // namespace ssem::advisor
