#include "trainer/data/array.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <utility>

namespace ssem::trainer {
namespace {

template <class T>
T element(const Array& array, std::size_t index) {
  T value;
  std::memcpy(&value, array.bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

// Calls visit(index, value) with each element in its own type.
template <class Visit>
void for_each_element(const Array& array, Visit visit) {
  const auto count = static_cast<std::size_t>(array.size());
  const auto run = [&]<class T>(T /*type*/) {
    for (std::size_t i = 0; i < count; ++i) visit(i, element<T>(array, i));
  };
  switch (array.type) {
    case ElementType::float32:
      return run(float{});
    case ElementType::float64:
      return run(double{});
    case ElementType::uint8:
      return run(std::uint8_t{});
    case ElementType::int32:
      return run(std::int32_t{});
    case ElementType::int64:
      return run(std::int64_t{});
    case ElementType::text:
    case ElementType::other:
      return;
  }
}

template <class T>
std::vector<T> converted(const Array& array) {
  std::vector<T> values(static_cast<std::size_t>(array.size()));
  for_each_element(array, [&](std::size_t i, auto value) { values[i] = static_cast<T>(value); });
  return values;
}

}  // namespace

std::int64_t element_size(ElementType type) {
  switch (type) {
    case ElementType::uint8:
    case ElementType::text:
    case ElementType::other:
      return 1;
    case ElementType::float32:
    case ElementType::int32:
      return 4;
    case ElementType::float64:
    case ElementType::int64:
      return 8;
  }
  return 8;
}

std::string_view element_name(ElementType type) {
  switch (type) {
    case ElementType::float32:
      return "float32";
    case ElementType::float64:
      return "float64";
    case ElementType::uint8:
      return "uint8";
    case ElementType::int32:
      return "int32";
    case ElementType::int64:
      return "int64";
    case ElementType::text:
      return "text";
    case ElementType::other:
      return "other";
  }
  return "";
}

std::int64_t Array::size() const {
  if (type == ElementType::text) return static_cast<std::int64_t>(words.size());
  if (type == ElementType::other) return shape_elements(shape, 1).value_or(0);
  return static_cast<std::int64_t>(bytes.size()) / element_size(type);
}

std::optional<std::int64_t> shape_elements(const std::vector<std::int64_t>& shape, std::int64_t element_bytes) {
  const std::int64_t limit = std::numeric_limits<std::int64_t>::max() / std::max<std::int64_t>(element_bytes, 1);
  std::int64_t elements = 1;
  bool empty = false;
  for (const std::int64_t side : shape) {
    if (side < 0) return std::nullopt;
    if (side == 0) {
      empty = true;
    } else if (elements > limit / side) {
      return std::nullopt;
    } else {
      elements *= side;
    }
  }
  return empty ? 0 : elements;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (const std::int64_t side : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(side);
  return text + ")";
}

std::vector<float> to_floats(const Array& array) { return converted<float>(array); }

std::vector<double> to_doubles(const Array& array) { return converted<double>(array); }

bool holds_numbers(const Array& array) { return array.type != ElementType::text && array.type != ElementType::other; }

Result<std::vector<std::int64_t>> to_integers(const Array& array, const std::string& what) {
  if (!holds_numbers(array)) {
    const std::string kind = array.type == ElementType::text ? "text" : "type " + array.words.front();
    return Error{ErrorCode::invalid_argument, what + " must be numbers, got " + kind, {}};
  }
  if (array.type != ElementType::float32 && array.type != ElementType::float64) return converted<std::int64_t>(array);
  const std::vector<double> values = to_doubles(array);
  std::vector<std::int64_t> whole(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Beyond 2^53 a double no longer tells neighbouring integers apart.
    if (!(std::abs(values[i]) <= 9007199254740992.0) || values[i] != std::floor(values[i])) {
      return Error{ErrorCode::invalid_argument,
                   what + ": element " + std::to_string(i) + " is " + std::to_string(values[i]) + "; it must be whole",
                   {}};
    }
    whole[i] = static_cast<std::int64_t>(values[i]);
  }
  return whole;
}

std::vector<std::int64_t> word_numbers(const std::vector<std::string>& words, std::vector<std::string>* names) {
  std::vector<std::string> different = words;
  std::sort(different.begin(), different.end());
  different.erase(std::unique(different.begin(), different.end()), different.end());
  std::vector<std::int64_t> numbers;
  numbers.reserve(words.size());
  for (const std::string& word : words) {
    numbers.push_back(std::lower_bound(different.begin(), different.end(), word) - different.begin());
  }
  if (names != nullptr) *names = std::move(different);
  return numbers;
}

}  // namespace ssem::trainer
