// Where a tensor's elements lie in its storage: (i, j, ...) at offset + i * strides[0] + j * strides[1] + ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ssem::trainer {

class TensorLayout {
 public:
  // Nothing is negative.
  TensorLayout(std::int64_t offset, std::vector<std::int64_t> shape, std::vector<std::int64_t> strides);

  const std::vector<std::int64_t>& shape() const { return shape_; }
  std::int64_t offset() const { return offset_; }

  // How many elements, where all are among `stored` and no more than those; else nothing.
  std::optional<std::int64_t> elements_inside(std::int64_t stored) const;

  // The next two of a layout that is inside. Row by row, one after the other?
  bool is_contiguous() const;
  // Its elements row by row, each of `size` bytes.
  std::vector<std::uint8_t> gathered(std::span<const std::uint8_t> stored, std::size_t size) const;

 private:
  std::int64_t offset_;
  std::vector<std::int64_t> shape_, strides_;
};

}  // namespace ssem::trainer
