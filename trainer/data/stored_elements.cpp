#include "trainer/data/stored_elements.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

namespace ssem::trainer {
namespace {

using Kind = StoredElements::Kind;

constexpr std::uint32_t kLastCodePoint = 0x10FFFF, kFirstSurrogate = 0xD800, kLastSurrogate = 0xDFFF;

std::uint64_t bits_of(const std::uint8_t* at, std::int64_t size, bool big_endian) {
  std::uint64_t bits = 0;
  for (std::int64_t k = 0; k < size; ++k) bits = bits << 8U | at[big_endian ? k : size - 1 - k];
  return bits;
}

float from_half(std::uint64_t bits) {
  const int exponent = static_cast<int>(bits >> 10U & 31U);
  const auto fraction = static_cast<float>(bits & 1023U);
  float value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  }
  return (bits >> 15U & 1U) != 0 ? -value : value;
}

std::int64_t sign_extended(std::uint64_t bits, std::int64_t size) {
  const auto unused = static_cast<unsigned>(64 - 8 * size);
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

ElementType read_as(const StoredElements& elements) {
  switch (elements.kind) {
    case Kind::bfloat:
      return ElementType::float32;
    case Kind::floating:
      return elements.size == 8 ? ElementType::float64 : ElementType::float32;
    case Kind::integer:
      return elements.size == 8 ? ElementType::int64 : ElementType::int32;
    case Kind::unsigned_integer:
      if (elements.size == 1) return ElementType::uint8;
      return elements.size == 2 ? ElementType::int32 : ElementType::int64;
    case Kind::ucs4:
    case Kind::bytes:
      return ElementType::text;
  }
  return ElementType::float32;
}

void append_utf8(std::uint32_t code, std::string& text) {
  const auto last = [&](unsigned shift) { text += static_cast<char>(0x80U | (code >> shift & 0x3FU)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | code >> 6U);
    last(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | code >> 12U);
    last(6);
    last(0);
  } else {
    text += static_cast<char>(0xF0U | code >> 18U);
    last(12);
    last(6);
    last(0);
  }
}

// Nothing where it is no Unicode.
std::optional<std::string> word_at(const StoredElements& elements, const std::uint8_t* at) {
  std::string word;
  if (elements.kind == Kind::bytes) {
    word.assign(at, at + elements.size);
    word.resize(word.find_last_not_of('\0') + 1);
    return word;
  }
  constexpr std::int64_t kBytes = 4;
  std::size_t kept = 0;
  for (std::int64_t k = 0; k + kBytes <= elements.size; k += kBytes) {
    const auto code = static_cast<std::uint32_t>(bits_of(at + k, kBytes, elements.big_endian));
    if (code > kLastCodePoint || (code >= kFirstSurrogate && code <= kLastSurrogate)) return std::nullopt;
    append_utf8(code, word);
    if (code != 0) kept = word.size();
  }
  word.resize(kept);
  return word;
}

template <class Number>
void put(Number number, std::vector<std::uint8_t>& bytes, std::size_t index) {
  std::memcpy(bytes.data() + index * sizeof number, &number, sizeof number);
}

// One element to its place; false where it has no value here.
bool convert(const StoredElements& elements, const std::uint8_t* at, std::size_t index, Array& array) {
  if (array.type == ElementType::text) {
    auto word = word_at(elements, at);
    if (!word) return false;
    array.words[index] = *std::move(word);
    return true;
  }
  const std::uint64_t bits = bits_of(at, elements.size, elements.big_endian);
  const bool is_signed = elements.kind == Kind::integer;
  switch (array.type) {
    case ElementType::float32:
      if (elements.size == 4) {
        put(std::bit_cast<float>(static_cast<std::uint32_t>(bits)), array.bytes, index);
      } else if (elements.kind == Kind::bfloat) {
        put(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U), array.bytes, index);
      } else {
        put(from_half(bits), array.bytes, index);
      }
      return true;
    case ElementType::float64:
      put(std::bit_cast<double>(bits), array.bytes, index);
      return true;
    case ElementType::uint8:
      array.bytes[index] = static_cast<std::uint8_t>(bits);
      return true;
    case ElementType::int32:
      put(static_cast<std::int32_t>(is_signed ? sign_extended(bits, elements.size) : static_cast<std::int64_t>(bits)),
          array.bytes, index);
      return true;
    case ElementType::int64:
      if (!is_signed && bits > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return false;
      put(static_cast<std::int64_t>(bits), array.bytes, index);
      return true;
    case ElementType::text:
    case ElementType::other:
      break;
  }
  return false;
}

// Where the element that lies at place `k` of the file belongs in row-major order.
class RowMajor {
 public:
  RowMajor(const std::vector<std::int64_t>& shape, bool fortran_order) : shape_(shape), index_(shape.size(), 0) {
    fortran_ = fortran_order && shape.size() > 1;
    strides_.assign(shape.size(), 1);
    for (std::size_t axis = shape.size(); axis-- > 1;) strides_[axis - 1] = strides_[axis] * shape[axis];
  }
  std::size_t next() {
    if (!fortran_) return static_cast<std::size_t>(place_++);
    std::int64_t found = 0;
    for (std::size_t axis = 0; axis < shape_.size(); ++axis) found += index_[axis] * strides_[axis];
    for (std::size_t axis = 0; axis < shape_.size() && ++index_[axis] == shape_[axis]; ++axis) index_[axis] = 0;
    return static_cast<std::size_t>(found);
  }

 private:
  const std::vector<std::int64_t>& shape_;
  std::vector<std::int64_t> index_, strides_;
  std::int64_t place_ = 0;
  bool fortran_ = false;
};

bool as_it_lies(const StoredElements& elements, ElementType type, bool fortran_order, std::size_t sides) {
  const bool may_overflow = elements.kind == Kind::unsigned_integer && type == ElementType::int64;
  return type != ElementType::text && !may_overflow && elements.size == element_size(type) && !elements.big_endian &&
         !(fortran_order && sides > 1);
}

}  // namespace

Result<Array> array_of(const StoredElements& elements, std::vector<std::int64_t> shape, bool fortran_order,
                       std::span<const std::uint8_t> stored, const std::string& what) {
  Array array;
  array.type = read_as(elements);
  array.shape = std::move(shape);
  if (as_it_lies(elements, array.type, fortran_order, array.shape.size())) {
    array.bytes.assign(stored.begin(), stored.end());
    return array;
  }
  const auto count = static_cast<std::size_t>(shape_elements(array.shape, elements.size).value_or(0));
  if (array.type == ElementType::text) {
    array.words.resize(count);
  } else {
    array.bytes.resize(count * static_cast<std::size_t>(element_size(array.type)));
  }
  RowMajor places(array.shape, fortran_order);
  for (std::size_t k = 0; k < count; ++k) {
    if (convert(elements, stored.data() + k * static_cast<std::size_t>(elements.size), places.next(), array)) continue;
    const std::string why = array.type == ElementType::text ? "is no Unicode text" : "is beyond 2^63 - 1";
    return Error{ErrorCode::invalid_argument, what + ": element " + std::to_string(k) + ' ' + why, {}};
  }
  return array;
}

}  // namespace ssem::trainer
