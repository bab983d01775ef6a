#include "tests/fuzz/mutation.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace ssem::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::array kWords{"NaN"sv,
                            "1e400"sv,
                            "-1"sv,
                            "true"sv,
                            "null"sv,
                            "\"\""sv,
                            "["sv,
                            "]"sv,
                            "{"sv,
                            "}"sv,
                            ","sv,
                            ":"sv,
                            "\""sv,
                            "\\"sv,
                            "\xff"sv,
                            "\xEF\xBB\xBF"sv,
                            "18446744073709551616"sv,
                            "512.0"sv,
                            "\"inf\""sv,
                            "\\ud800"sv,
                            "[[[[[[[[[[[[[[[["sv,
                            "\n"sv,
                            "0"sv,
                            "\r\n"sv,
                            "\r\n\r\n"sv,
                            "Content-Length: "sv,
                            "Transfer-Encoding: chunked\r\n"sv,
                            "%00"sv,
                            "%"sv,
                            "9223372036854775807"sv,
                            "\0"sv,
                            "\0\0\0\0"sv,
                            "\x7f\xff\xff\xff"sv,
                            "\xff\xff\xff\xff"sv,
                            "\xff\xff\xff\xff\xff\xff\xff\x7f"sv,
                            "<f4"sv,
                            "'shape': ("sv,
                            "1e-320"sv,
                            "0x"sv,
                            "+"sv};

class Change {
 public:
  Change(std::string& text, const std::vector<std::string>& corpus, std::mt19937_64& random)
      : text_(text), corpus_(corpus), random_(random) {}

  void once() {
    const std::size_t at = below(text_.size() + 1);
    switch (below(9)) {
      case 0:
        if (at < text_.size()) text_[at] = static_cast<char>(below(256));
        break;
      case 1:
        if (at < text_.size()) text_[at] = static_cast<char>(static_cast<unsigned char>(text_[at]) ^ (1U << below(8)));
        break;
      case 2:
        if (at < text_.size()) text_[at] = static_cast<char>(text_[at] + static_cast<char>(below(9)) - 4);
        break;
      case 3:
        text_.insert(at, kWords[below(kWords.size())]);
        break;
      case 4: {
        const std::string_view word = kWords[below(kWords.size())];
        text_.replace(at, std::min(word.size(), text_.size() - at), word);
        break;
      }
      case 5:
        text_.erase(at, 1 + below(below(8) == 0 ? 256 : 8));
        break;
      case 6:
        text_.insert(at, text_.substr(below(text_.size() + 1), below(64)));
        break;
      case 7: {
        const std::string& other = corpus_[below(corpus_.size())];
        text_.replace(at, below(64), other.substr(below(other.size() + 1), below(64)));
        break;
      }
      default:
        text_.insert(at, std::string(below(200), "[{\"1a,\0"[below(7)]));
    }
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

  std::string& text_;
  const std::vector<std::string>& corpus_;
  std::mt19937_64& random_;
};

}  // namespace

std::string mutated(const std::vector<std::string>& corpus, std::mt19937_64& random) {
  std::string text = corpus[static_cast<std::size_t>(random() % corpus.size())];
  Change change(text, corpus, random);
  for (std::uint64_t left = 1 + random() % 8; left > 0; --left) change.once();
  if (text.size() > kMostBytes) text.resize(kMostBytes);
  return text;
}

}  // namespace ssem::fuzz
