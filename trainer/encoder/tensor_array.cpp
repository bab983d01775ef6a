#include "trainer/encoder/tensor_array.h"

#include <ATen/ops/empty.h>

#include <cstring>

namespace ssem::trainer {
namespace {

ElementType element_type(at::ScalarType type) {
  switch (type) {
    case at::kDouble:
      return ElementType::float64;
    case at::kByte:
      return ElementType::uint8;
    case at::kInt:
      return ElementType::int32;
    case at::kLong:
      return ElementType::int64;
    default:
      TORCH_CHECK(type == at::kFloat, "a tensor of this type is never stored");
      return ElementType::float32;
  }
}

at::ScalarType scalar_type(ElementType type) {
  switch (type) {
    case ElementType::float64:
      return at::kDouble;
    case ElementType::uint8:
      return at::kByte;
    case ElementType::int32:
      return at::kInt;
    case ElementType::int64:
      return at::kLong;
    case ElementType::float32:
      break;
    case ElementType::text:
    case ElementType::other:
      TORCH_CHECK(false, "a tensor holds numbers");
  }
  return at::kFloat;
}

}  // namespace

Array to_array(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().to(at::kCPU).contiguous();
  Array array;
  array.type = element_type(plain.scalar_type());
  array.shape = plain.sizes().vec();
  const auto* bytes = static_cast<const std::uint8_t*>(plain.data_ptr());
  array.bytes.assign(bytes, bytes + plain.nbytes());
  return array;
}

at::Tensor to_tensor(const Array& array) {
  at::Tensor tensor = at::empty(array.shape, scalar_type(array.type));
  if (!array.bytes.empty()) std::memcpy(tensor.data_ptr(), array.bytes.data(), array.bytes.size());
  return tensor;
}

}  // namespace ssem::trainer
