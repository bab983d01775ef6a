#include "advisor/model/cross_view.h"

#include <cmath>

namespace ssem::advisor {

double cross_view_split_loss_weight(const std::vector<BatchTerm>& terms, double classes, double dataset_share,
                                    double temperature) {
  const double r = dataset_share;
  const double steep = classes / (classes - 1);
  const double q = std::exp(-steep / temperature);
  double supervised = 0;       // what the supervised term gains by the views' drifting apart
  double self_supervised = 0;  // what the self-supervised one loses
  for (const BatchTerm& term : terms) {
    const double other = term.others * q;
    const double denominator = 1 + term.partners + other;
    const double between = r * steep * other;
    supervised += term.weight * term.supervised * (r + (1 - r) * (1 + other) - between) / denominator;
    self_supervised += term.weight * (r + ((1 - r) * term.partners - r + between) / denominator);
  }
  return supervised / (supervised + self_supervised);
}

}  // namespace ssem::advisor
