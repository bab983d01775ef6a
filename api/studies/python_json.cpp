#include "api/studies/python_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "advisor/json/utf8.h"

namespace ssem::api::studies {
namespace {

using Kind = PythonValue::Kind;

void append_utf8(std::string& text, std::uint32_t point) {
  const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (point < 0x80U) {
    add(point);
  } else if (point < 0x800U) {
    add(0xC0U | point >> 6U);
    add(0x80U | (point & 0x3FU));
  } else if (point < 0x10000U) {
    add(0xE0U | point >> 12U);
    add(0x80U | (point >> 6U & 0x3FU));
    add(0x80U | (point & 0x3FU));
  } else {
    add(0xF0U | point >> 18U);
    add(0x80U | (point >> 12U & 0x3FU));
    add(0x80U | (point >> 6U & 0x3FU));
    add(0x80U | (point & 0x3FU));
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<PythonValue> read() {
    PythonValue value;
    skip_space();
    if (value_at(value, 0)) {
      skip_space();
      if (position_ == text_.size()) return value;
      fail("more text follows the value");
    }
    return Error{ErrorCode::unprocessable, *fault_ + " at byte " + std::to_string(position_), {}};
  }

 private:
  bool fail(std::string what) {
    if (!fault_) fault_ = std::move(what);
    return false;
  }
  bool at(char letter) const { return position_ < text_.size() && text_[position_] == letter; }
  bool take(char letter) {
    if (!at(letter)) return false;
    ++position_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) return false;
    position_ += word.size();
    return true;
  }
  void skip_space() {
    while (at(' ') || at('\t') || at('\n') || at('\r')) ++position_;
  }

  bool value_at(PythonValue& value, int depth) {
    if (depth > kMaxPythonJsonDepth) return fail("nested deeper than " + std::to_string(kMaxPythonJsonDepth));
    const auto is = [&value](Kind kind, double number) {
      value.kind = kind;
      value.number = number;
      return true;
    };
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (at('"')) {
      value.kind = Kind::text;
      return string_at(value.text);
    }
    if (take('[')) return list_at(value, depth);
    if (take('{')) return dictionary_at(value, depth);
    if (take("null")) return is(Kind::null, 0.0);
    if (take("true")) return is(Kind::boolean, 1.0);
    if (take("false")) return is(Kind::boolean, 0.0);
    for (const auto& [name, number] : {std::pair("NaN", std::numeric_limits<double>::quiet_NaN()),
                                       std::pair("Infinity", kInfinity), std::pair("-Infinity", -kInfinity)}) {
      if (!take(std::string_view(name))) continue;
      value.text = name;
      return is(Kind::real, number);
    }
    return number_at(value);
  }

  bool digits() {
    const std::size_t start = position_;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') ++position_;
    return position_ > start;
  }

  bool number_at(PythonValue& value) {
    const std::size_t start = position_;
    value.kind = Kind::integer;
    take('-');
    if (!take('0') && !digits()) {
      position_ = start;
      return fail("must be JSON");
    }
    if (take('.')) {
      value.kind = Kind::real;
      if (!digits()) return fail("a number needs digits after its point");
    }
    if (take('e') || take('E')) {
      value.kind = Kind::real;
      if (!take('+')) take('-');
      if (!digits()) return fail("a number needs digits in its exponent");
    }
    value.text = text_.substr(start, position_ - start);
    // strtod gives infinities and zeros where from_chars would refuse, and no locale is set.
    value.number = std::strtod(value.text.c_str(), nullptr);
    return true;
  }

  std::optional<std::uint32_t> hex4() {
    std::uint32_t value = 0;
    if (position_ + 4 > text_.size()) return std::nullopt;
    const char* first = text_.data() + position_;
    const auto read = std::from_chars(first, first + 4, value, 16);
    if (read.ec != std::errc{} || read.ptr != first + 4) return std::nullopt;
    position_ += 4;
    return value;
  }

  // The character of a surrogate pair whose first half was read. Python's texts may have one half alone, which UTF-8
  // cannot have: it is the replacement character then, and its text stays as it was written.
  std::uint32_t paired(std::uint32_t first) {
    constexpr std::uint32_t kReplacement = 0xFFFDU;
    const std::size_t after_first = position_;
    if (first < 0xDC00U && take("\\u")) {
      const std::optional<std::uint32_t> low = hex4();
      if (low && *low >= 0xDC00U && *low <= 0xDFFFU) return 0x10000U + ((first - 0xD800U) << 10U) + (*low - 0xDC00U);
      position_ = after_first;
    }
    return kReplacement;
  }

  bool escape_at(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (take('u')) {
      std::optional<std::uint32_t> point = hex4();
      if (!point) return fail("\\u needs four hexadecimal digits");
      if (*point >= 0xD800U && *point <= 0xDFFFU) point = paired(*point);
      append_utf8(out, *point);
      return true;
    }
    const std::size_t index = position_ < text_.size() ? kLetters.find(text_[position_]) : std::string_view::npos;
    if (index == std::string_view::npos) return fail("an escape that JSON does not have");
    out += kMeanings[index];
    ++position_;
    return true;
  }

  bool string_at(std::string& out) {
    ++position_;
    for (;;) {
      const std::size_t start = position_;
      while (position_ < text_.size() && text_[position_] != '"' && text_[position_] != '\\' &&
             static_cast<unsigned char>(text_[position_]) >= 0x20U) {
        ++position_;
      }
      out.append(text_, start, position_ - start);
      if (take('"')) return true;
      if (!take('\\')) return fail("a string that does not end, or a control character in it");
      if (!escape_at(out)) return false;
    }
  }

  bool list_at(PythonValue& value, int depth) {
    value.kind = Kind::list;
    skip_space();
    if (take(']')) return true;
    for (;;) {
      skip_space();
      if (!value_at(value.items.emplace_back(), depth + 1)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return fail("a list needs , or ]");
    }
  }

  bool dictionary_at(PythonValue& value, int depth) {
    value.kind = Kind::dictionary;
    skip_space();
    if (take('}')) return true;
    for (;;) {
      skip_space();
      if (!at('"')) return fail("an object needs a name in quotes");
      auto& [name, member] = value.members.emplace_back();
      if (!string_at(name)) return false;
      skip_space();
      if (!take(':')) return fail("an object needs : after a name");
      skip_space();
      if (!value_at(member, depth + 1)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return fail("an object needs , or }");
    }
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::optional<std::string> fault_;
};

}  // namespace

const PythonValue* PythonValue::find(std::string_view name) const {
  const auto found =
      std::find_if(members.rbegin(), members.rend(), [&](const auto& member) { return member.name == name; });
  return found == members.rend() ? nullptr : &found->value;
}

std::optional<std::int64_t> whole_number(const PythonValue& value) {
  if (value.kind == Kind::integer) {
    std::int64_t whole = 0;
    const char* const end = value.text.data() + value.text.size();
    const auto read = std::from_chars(value.text.data(), end, whole);
    return read.ec == std::errc() && read.ptr == end ? std::optional(whole) : std::nullopt;
  }
  // The double -2^63 may have been an integer beyond it, before somebody's parser rounded it.
  const bool fits = value.kind == Kind::real && std::abs(value.number) < 0x1p63;
  if (!fits || value.number != std::floor(value.number)) return std::nullopt;
  return static_cast<std::int64_t>(value.number);
}

bool operator==(const PythonValue& left, const PythonValue& right) {
  constexpr double kExact = 0x1p53;  // below it doubles are exact, and -0 is 0
  if (left.kind == Kind::integer && right.kind == Kind::integer && std::abs(left.number) >= kExact) {
    return left.text == right.text;
  }
  const auto numeric = [](const PythonValue& value) { return value.is_number() || value.kind == Kind::boolean; };
  if (numeric(left) && numeric(right)) {
    return left.number == right.number || (std::isnan(left.number) && std::isnan(right.number));
  }
  if (left.kind != right.kind || left.text != right.text || left.items != right.items) return false;
  if (left.members.size() != right.members.size()) return false;
  for (const auto& [name, value] : left.members) {
    const PythonValue* other = right.find(name);
    if (other == nullptr || !(value == *other)) return false;
  }
  return true;
}

Result<PythonValue> parse_python_json(std::string_view text) {
  const std::size_t broken = advisor::json::find_broken_utf8(text);
  if (broken != std::string_view::npos) {
    return Error{
        ErrorCode::unprocessable, "must be UTF-8, got a broken character at byte " + std::to_string(broken), {}};
  }
  return Reader(text).read();
}

}  // namespace ssem::api::studies
