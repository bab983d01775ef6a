#include "advisor/model/mixed_supcon_in.h"

#include <algorithm>
#include <cmath>

namespace ssem::advisor {
namespace {

constexpr double kLargestRelative = 600;

}  // namespace

LossWeight MixedSupconIn::loss_weight_for(double within_class_variance, double temperature) const {
  const double z = z_for(within_class_variance, temperature);
  // The common factor e^-z of both means is left out.
  const double same = std::exp(-z);
  const double u = (1 + between_growth_) * z - x(temperature);
  const double relative = std::exp(std::min(u, kLargestRelative));
  double spread = 0;    // what pushes the images of a class apart at loss weight 1
  double together = 0;  // what holds them together at loss weight 0, beside
  double excess = 0;    // together - spread
  for (const BatchTerm& term : terms_) {
    const double positives = term.partners * same + own_image_share_;
    const double other = term.others * relative;
    const double denominator = positives + other * same;
    spread += term.weight * (term.partners - between_growth_ * other) / denominator;
    if (term.partners == 0) {
      excess += term.weight * between_growth_ * other / denominator;
      continue;
    }
    together += term.weight * term.partners / positives;
    excess += term.weight * other * (term.partners * same / positives + between_growth_) / denominator;
  }
  if (!(together > 0)) return {1, 0};
  return {excess / together, spread / together};
}

double MixedSupconIn::loss(double z, double loss_weight, double temperature) const {
  const double same = std::exp(-z);
  const double other = std::exp(between_growth_ * z - x(temperature));
  double sum = 0;
  for (const BatchTerm& term : terms_) {
    const double positives = own_image_share_ + term.partners * same;
    const double count = (term.partners + 1) * views_ - 1;
    if (!(count > 0)) continue;
    sum += term.weight * (std::log(views_ * (positives + term.others * other)) -
                          (1 - loss_weight) * std::log(views_ * positives / count));
  }
  return sum;
}

}  // namespace ssem::advisor
