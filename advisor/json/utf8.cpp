#include "advisor/json/utf8.h"

namespace ssem::advisor::json {
namespace {

unsigned byte_at(std::string_view text, std::size_t position) {
  return position < text.size() ? static_cast<unsigned char>(text[position]) : 0U;
}

bool is_continuation(unsigned byte) { return (byte & 0xC0U) == 0x80U; }

}  // namespace

std::size_t utf8_length_at(std::string_view text, std::size_t position) {
  const unsigned first = byte_at(text, position);
  if (first < 0x80U) return 1;
  const unsigned second = byte_at(text, position + 1);
  if (first >= 0xC2U && first <= 0xDFU) return is_continuation(second) ? 2 : 0;
  if (first >= 0xE0U && first <= 0xEFU) {
    const bool overlong = first == 0xE0U && second < 0xA0U;
    const bool surrogate = first == 0xEDU && second > 0x9FU;
    if (!is_continuation(second) || overlong || surrogate) return 0;
    return is_continuation(byte_at(text, position + 2)) ? 3 : 0;
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    const bool overlong = first == 0xF0U && second < 0x90U;
    const bool too_high = first == 0xF4U && second > 0x8FU;
    if (!is_continuation(second) || overlong || too_high) return 0;
    return is_continuation(byte_at(text, position + 2)) && is_continuation(byte_at(text, position + 3)) ? 4 : 0;
  }
  return 0;
}

std::size_t find_broken_utf8(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t length = utf8_length_at(text, position);
    if (length == 0) return position;
    position += length;
  }
  return std::string_view::npos;
}

}  // namespace ssem::advisor::json
