#include "advisor/recommend/libraries/typed_numbers.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr int kTypedDigits = 6;
constexpr int kDigitsOfDouble = 17;

int digits_of_loss_weight(double loss_weight) {
  if (!(loss_weight < 1)) return kTypedDigits;
  const int nines = std::max(0, -static_cast<int>(std::floor(std::log10(1 - loss_weight))) - 1);
  return std::min(kTypedDigits + nines, kDigitsOfDouble);
}

}  // namespace

TypedNumbers typed_numbers(double loss_weight, double temperature) {
  return {number_text(loss_weight, digits_of_loss_weight(loss_weight)), number_text(temperature, kTypedDigits)};
}

}  // namespace ssem::advisor
