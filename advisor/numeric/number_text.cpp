#include "advisor/numeric/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace ssem::advisor {

std::string number_text(double value, int digits) {
  std::array<char, 64> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, digits);
  return {buffer.data(), result.ptr};
}

std::string grouped_text(double whole) {
  std::array<char, 512> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(whole), std::chars_format::fixed, 0);
  std::string digits(buffer.data(), result.ptr);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return (whole < 0 ? "-" : "") + digits;
}

}  // namespace ssem::advisor
