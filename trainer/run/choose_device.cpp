#include "trainer/run/choose_device.h"

#include <ATen/Context.h>

#include <cstdlib>

namespace ssem::trainer {
namespace {

std::size_t gpus() {
  try {
    return at::hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
  } catch (const c10::Error&) {
    return 0;  // a driver that does not work is no device
  }
}

Error no_such_device(const std::string& name, std::size_t count) {
  std::string reason = "this machine has " + std::to_string(count) + " CUDA device" + (count == 1 ? "" : "s");
  if (count == 0) reason = "it has no CUDA device, or this LibTorch was built without CUDA";
  FaultList faults;
  faults.add("/device", "must be a device of this machine, got " + name + ": " + reason);
  return faults.to_error();
}

}  // namespace

Result<c10::Device> choose_device(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::kCPU);
  const std::size_t count = gpus();
  if (name == "auto") return count > 0 ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
  const std::size_t colon = name.find(':');
  const std::size_t index = colon == std::string::npos ? 0 : std::strtoull(name.c_str() + colon + 1, nullptr, 10);
  if (index >= count) return no_such_device(name, count);
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

}  // namespace ssem::trainer
