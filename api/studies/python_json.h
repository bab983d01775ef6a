// JSON as Python's json module writes it: NaN, Infinity and -Infinity are numbers, integers have any length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisor/json/text_writer.h"
#include "advisor/result.h"

namespace ssem::api::studies {

inline constexpr int kMaxPythonJsonDepth = 200;

struct PythonMember;

// A value and everything in it. Numbers that a double cannot hold are infinite, as in Python's float().
struct PythonValue {
  enum class Kind { null, boolean, integer, real, text, list, dictionary };

  Kind kind = Kind::null;
  double number = 0.0;  // of an integer, a real, or a boolean (0 or 1)
  std::string text;     // of a text; of a number, as it was written
  std::vector<PythonValue> items;
  std::vector<PythonMember> members;  // the last of a repeated name counts, as in Python

  bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
  const PythonValue* find(std::string_view name) const;
};

struct PythonMember {
  std::string name;
  PythonValue value;
};

// To the last digit; nothing where it is no whole number or one that 64 bits do not hold.
std::optional<std::int64_t> whole_number(const PythonValue& value);

// As Python compares: 1, 1.0 and true are equal, integers to the last digit; besides, NaN equals NaN here.
bool operator==(const PythonValue& left, const PythonValue& right);

// As Python's json.dumps writes it, but in UTF-8: NaN and Infinity are there where the value has them.
std::string to_text(const PythonValue& value);

// As RFC 8259 has it: NaN and Infinity become the texts "nan", "inf", "-inf".
void write_strict(advisor::json::TextWriter& writer, const PythonValue& value);

// The error says what is wrong at which byte.
Result<PythonValue> parse_python_json(std::string_view text);

}  // namespace ssem::api::studies
