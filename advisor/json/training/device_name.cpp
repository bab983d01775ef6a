#include "advisor/json/training/device_name.h"

namespace ssem::advisor::json::training {

bool is_device_name(std::string_view name) {
  if (name == kAutoDevice || name == kCpu || name == kCuda) return true;
  if (!name.starts_with(kCudaPrefix)) return false;
  const std::string_view index = name.substr(kCudaPrefix.size());
  return !index.empty() && index.size() <= 3 && index.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_gpu(std::string_view name) { return name.starts_with(kCuda); }

}  // namespace ssem::advisor::json::training
