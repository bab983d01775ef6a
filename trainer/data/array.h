// A named array as npy, npz and safetensors files hold it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::trainer {

enum class ElementType { float32, float64, uint8, int32, int64, text, other };

std::int64_t element_size(ElementType type);  // bytes; of text none are kept
std::string_view element_name(ElementType type);

// Row-major, little-endian bytes; of text, words; of what is neither numbers nor text (Python's objects, dates) the
// bytes as they lie and, as its one word, the file's name of the type.
struct Array {
  ElementType type = ElementType::float32;
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> bytes = {};
  std::vector<std::string> words = {};  // UTF-8

  std::int64_t size() const;  // elements
  std::int64_t rows() const { return shape.empty() ? 1 : shape.front(); }
};

using NamedArrays = std::map<std::string, Array, std::less<>>;

// Elements of a shape, or nothing where the product, in bytes, leaves 63 bits or a side is negative.
std::optional<std::int64_t> shape_elements(const std::vector<std::int64_t>& shape, std::int64_t element_bytes);
std::string shape_text(const std::vector<std::int64_t>& shape);

// Of numbers only.
std::vector<float> to_floats(const Array& array);
std::vector<double> to_doubles(const Array& array);
// Of integers, or of floating-point numbers that are whole. `what` names file and array in the fault.
bool holds_numbers(const Array& array);
Result<std::vector<std::int64_t>> to_integers(const Array& array, const std::string& what);

// The place of each word among the different ones, which go sorted into `names` where that is given.
std::vector<std::int64_t> word_numbers(const std::vector<std::string>& words, std::vector<std::string>* names);

}  // namespace ssem::trainer
