#include "advisor/json/printable_text.h"

#include "advisor/json/utf8.h"

namespace ssem::advisor::json {
namespace {

// U+0080..U+009F (C1 controls) and the marks that turn or hide text in a terminal or log (U+200B..U+200F,
// U+2028..U+202E, U+2060..U+206F, U+FEFF).
bool is_unprintable(std::string_view character) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(character[index]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (character.size() != 3) return false;
  if (byte(0) == 0xEF) return byte(1) == 0xBB && byte(2) == 0xBF;
  if (byte(0) != 0xE2) return false;
  if (byte(1) == 0x80) return (byte(2) >= 0x8B && byte(2) <= 0x8F) || (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  return byte(1) == 0x81 && byte(2) >= 0xA0 && byte(2) <= 0xAF;
}

}  // namespace

std::size_t append_printable(std::string_view text, std::size_t position, std::string& shown) {
  const std::size_t length = utf8_length_at(text, position);
  const std::string_view character = text.substr(position, length == 0 ? 1 : length);
  if (length == 0 || is_unprintable(character)) {
    shown += '?';
  } else {
    shown += character;
  }
  return character.size();
}

std::string printable_lines(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    if (text[position] == '\n') {
      shown += '\n';
      ++position;
    } else {
      position += append_printable(text, position, shown);
    }
  }
  return shown;
}

}  // namespace ssem::advisor::json
