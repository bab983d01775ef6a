#include "advisor/json/quote_for_message.h"

#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
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

std::string quote_for_message(std::string_view text) {
  constexpr std::string_view kEllipsis = "...";
  std::string shown;
  std::size_t cut = 0;  // where the text ends if it turns out too long
  std::size_t characters = 0;
  for (std::size_t position = 0; position < text.size(); ++characters) {
    if (characters == kMaxEchoedCharacters - kEllipsis.size()) cut = shown.size();
    if (characters == kMaxEchoedCharacters) {
      shown.resize(cut);
      shown += kEllipsis;
      break;
    }
    const std::size_t length = utf8_length_at(text, position);
    const std::string_view character = text.substr(position, length == 0 ? 1 : length);
    if (length == 0 || is_unprintable(character)) {
      shown += '?';
    } else {
      shown += character;
    }
    position += character.size();
  }
  return shown;
}

std::string quote_value_for_message(const nlohmann::ordered_json& value) {
  if (value.is_string()) return '"' + quote_for_message(value.get_ref<const std::string&>()) + '"';
  if (value.is_array()) return "an array of " + std::to_string(value.size());
  if (value.is_object()) return "an object";
  return quote_for_message(dump(value));
}

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char letter : quote_for_message(name)) {
    if (letter == '~') {
      step += "~0";
    } else if (letter == '/') {
      step += "~1";
    } else {
      step += letter;
    }
  }
  return step;
}

}  // namespace ssem::advisor::json
