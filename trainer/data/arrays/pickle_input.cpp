#include "trainer/data/arrays/pickle_input.h"

namespace ssem::trainer {

std::string_view PickleInput::bytes(std::uint64_t count, std::string_view what) {
  if (fault_) return {};
  const auto begin = reader_.take(count, what);
  if (!begin) {
    fault_ = begin.error();
    return {};
  }
  return {reinterpret_cast<const char*>(begin.value()), count};
}

std::uint64_t PickleInput::number(std::uint64_t size) { return little_endian_bits(bytes(size, "a number")); }

std::string PickleInput::line() {
  std::string text;
  while (!fault_ && text.size() <= kLongestPickleName) {
    const std::string_view letter = bytes(1, "a name");
    if (fault_ || letter[0] == '\n') return text;
    text += letter;
  }
  fail("a name is too long");
  return text;
}

bool PickleInput::fail(const std::string& why) {
  if (!fault_) fault_ = reader_.fault(why);
  return true;
}

std::uint64_t little_endian_bits(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (std::size_t k = bytes.size(); k-- > 0;) bits = bits << 8U | static_cast<unsigned char>(bytes[k]);
  return bits;
}

std::optional<std::string> latin1_bytes(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
      bytes += text[at];
      continue;
    }
    if ((first & 0xFCU) != 0xC0 || at + 1 == text.size()) return std::nullopt;
    const auto second = static_cast<unsigned char>(text[++at]);
    if ((second & 0xC0U) != 0x80) return std::nullopt;
    bytes += static_cast<char>((first & 3U) << 6U | (second & 0x3FU));
  }
  return bytes;
}

}  // namespace ssem::trainer
