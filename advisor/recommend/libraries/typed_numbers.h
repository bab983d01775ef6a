// Numbers as they are typed.
#pragma once

#include <string>

namespace ssem::advisor {

// Enough digits that the number, read back, is right to a millionth; for a loss weight so is 1 - loss_weight, and its
// logit with both.
struct TypedNumbers {
  std::string loss_weight;
  std::string temperature;
};

TypedNumbers typed_numbers(double loss_weight, double temperature);

}  // namespace ssem::advisor
