#include "advisor/json/text_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "advisor/json/utf8.h"

namespace ssem::advisor::json {
namespace {

// Which bytes a string holds as they are.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

bool is_plain(char letter) { return kPlain[static_cast<unsigned char>(letter)]; }

// How many leading characters are plain. Eight at a time: answers hold kilobytes of code, and this is their main cost.
std::size_t plain_length(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  const auto has_zero = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighBits; };
  std::size_t position = 0;
  for (; position + sizeof(std::uint64_t) <= text.size(); position += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + position, sizeof word);
    const std::uint64_t below_space = (word - kOnes * 0x20U) & ~word & kHighBits;
    const std::uint64_t quotes = has_zero(word ^ (kOnes * std::uint64_t{'"'}));
    const std::uint64_t backslashes = has_zero(word ^ (kOnes * std::uint64_t{'\\'}));
    if (((word & kHighBits) | below_space | quotes | backslashes) != 0) break;
  }
  while (position < text.size() && is_plain(text[position])) ++position;
  return position;
}

void append_escaped(std::string& text, char letter) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (letter) {
    case '"':
      text += "\\\"";
      return;
    case '\\':
      text += "\\\\";
      return;
    case '\n':
      text += "\\n";
      return;
    case '\r':
      text += "\\r";
      return;
    case '\t':
      text += "\\t";
      return;
    default:
      text += "\\u00";
      text += kHex[static_cast<unsigned char>(letter) >> 4U];
      text += kHex[static_cast<unsigned char>(letter) & 0xFU];
  }
}

}  // namespace

void TextWriter::value(double number) {
  if (!std::isfinite(number)) {
    value(std::isnan(number) ? "nan" : (number > 0 ? "inf" : "-inf"));
    return;
  }
  separate();
  std::array<char, 32> digits{};  // the shortest form that reads back exactly has at most 24 characters
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  const std::string_view shortest(digits.data(), static_cast<std::size_t>(written.ptr - digits.data()));
  text_ += shortest;
  if (shortest.find_first_of(".e") == std::string_view::npos) text_ += ".0";  // 1.0 is no integer
}

void TextWriter::value(std::int64_t number) {
  separate();
  std::array<char, 24> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text_.append(digits.data(), written.ptr);
}

void TextWriter::value(bool flag) {
  separate();
  text_ += flag ? "true" : "false";
}

void TextWriter::null() {
  separate();
  text_ += "null";
}

void TextWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t plain = plain_length(text.substr(position));
    text_ += text.substr(position, plain);
    position += plain;
    if (position == text.size()) break;
    const std::size_t length = utf8_length_at(text, position);
    if (length == 0) {
      text_ += "\xEF\xBF\xBD";
      ++position;
    } else if (length == 1) {
      append_escaped(text_, text[position++]);
    } else {
      text_ += text.substr(position, length);
      position += length;
    }
  }
  text_ += '"';
}

}  // namespace ssem::advisor::json
