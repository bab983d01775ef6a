#include "trainer/data/arrays/tensor_layout.h"

#include <cstring>
#include <utility>

#include "trainer/data/array.h"

namespace ssem::trainer {

TensorLayout::TensorLayout(std::int64_t offset, std::vector<std::int64_t> shape, std::vector<std::int64_t> strides)
    : offset_(offset), shape_(std::move(shape)), strides_(std::move(strides)) {
  // A single step is never taken, whatever a file says of its length.
  for (std::size_t axis = 0; axis < strides_.size() && axis < shape_.size(); ++axis) {
    if (shape_[axis] == 1) strides_[axis] = 0;
  }
}

std::optional<std::int64_t> TensorLayout::elements_inside(std::int64_t stored) const {
  const auto count = shape_elements(shape_, 1);
  if (!count || shape_.size() != strides_.size()) return std::nullopt;
  if (*count == 0) return 0;
  if (offset_ >= stored || *count > stored) return std::nullopt;
  std::int64_t beyond = stored - 1 - offset_;
  for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
    const std::int64_t steps = shape_[axis] - 1, stride = strides_[axis];
    if (steps > 0 && stride > beyond / steps) return std::nullopt;
    beyond -= steps * stride;
  }
  return count;
}

bool TensorLayout::is_contiguous() const {
  std::int64_t next = 1;
  for (std::size_t axis = shape_.size(); axis-- > 0;) {
    if (shape_[axis] > 1 && strides_[axis] != next) return false;
    next *= shape_[axis];
  }
  return true;
}

std::vector<std::uint8_t> TensorLayout::gathered(std::span<const std::uint8_t> stored, std::size_t size) const {
  const auto count = static_cast<std::size_t>(shape_elements(shape_, 1).value_or(0));
  std::vector<std::uint8_t> bytes(count * size);
  std::vector<std::int64_t> index(shape_.size(), 0);
  std::int64_t place = offset_;
  for (std::size_t k = 0; k < bytes.size(); k += size) {
    std::memcpy(bytes.data() + k, stored.data() + static_cast<std::size_t>(place) * size, size);
    for (std::size_t axis = index.size(); axis-- > 0;) {
      if (++index[axis] < shape_[axis]) {
        place += strides_[axis];
        break;
      }
      place -= strides_[axis] * (shape_[axis] - 1);
      index[axis] = 0;
    }
  }
  return bytes;
}

}  // namespace ssem::trainer
