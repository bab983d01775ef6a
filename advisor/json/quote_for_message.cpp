#include "advisor/json/quote_for_message.h"

#include <nlohmann/json.hpp>

#include "advisor/json/printable_text.h"
#include "advisor/json/strict_parse.h"

namespace ssem::advisor::json {

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
    position += append_printable(text, position, shown);
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
