#include "trainer/rest/rest_rule.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/number_text.h"

namespace ssem::trainer {
std::size_t RestRule::window() const { return std::max(static_cast<std::size_t>(kLeastWindow), variances_.size() / 2); }

void RestRule::add(double loss, double variance) {
  losses_.push_back(loss);
  variances_.push_back(variance);
  if (variances_.size() <= window()) return;
  const auto begin = variances_.end() - static_cast<std::ptrdiff_t>(window());
  const auto [least, most] = std::minmax_element(begin, variances_.end());
  moved_ = *most - *least;
  fell_ = *(losses_.end() - static_cast<std::ptrdiff_t>(window())) - loss;
}

bool RestRule::at_rest() const {
  // Written so that what is not a number is not at rest.
  return tolerance_ > 0 && moved_ <= tolerance_ && fell_ <= kLossFall * std::max(1.0, std::abs(losses_.back()));
}

std::string RestRule::why() const {
  return "over the last " + std::to_string(window()) + " iterations the within-class variance moved by " +
         advisor::number_text(moved_, 2) + " (at most " + advisor::number_text(tolerance_, 2) +
         " is rest) and the loss fell by " + advisor::number_text(fell_, 2);
}

}  // namespace ssem::trainer
