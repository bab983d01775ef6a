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

enum class ElementType { float32, float64, uint8, int32, int64 };

std::int64_t element_size(ElementType type);
std::string_view element_name(ElementType type);

// Row-major, little-endian bytes.
struct Array {
  ElementType type = ElementType::float32;
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> bytes;

  std::int64_t size() const;  // elements
  std::int64_t rows() const { return shape.empty() ? 1 : shape.front(); }
};

using NamedArrays = std::map<std::string, Array, std::less<>>;

// Elements of a shape, or nothing where the product, in bytes of `type`, leaves 63 bits or a side is negative.
std::optional<std::int64_t> shape_elements(const std::vector<std::int64_t>& shape, ElementType type);
std::string shape_text(const std::vector<std::int64_t>& shape);

std::vector<float> to_floats(const Array& array);
std::vector<double> to_doubles(const Array& array);
// Of integers, or of floating-point numbers that are whole. `what` names file and array in the fault.
Result<std::vector<std::int64_t>> to_integers(const Array& array, const std::string& what);

}  // namespace ssem::trainer
