#include "advisor/numeric/number_text.h"

#include <array>
#include <charconv>

namespace ssem::advisor {

std::string number_text(double value, int digits) {
  std::array<char, 64> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, digits);
  return {buffer.data(), result.ptr};
}

}  // namespace ssem::advisor
