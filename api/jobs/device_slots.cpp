#include "api/jobs/device_slots.h"

#include <filesystem>

#include "advisor/json/training/device_name.h"
#include "advisor/json/training/spec_fields.h"

namespace ssem::api::jobs {

namespace protocol = advisor::json::training;

std::vector<std::string> device_slots(std::size_t cpu_jobs, std::size_t gpus) {
  std::vector<std::string> all(cpu_jobs, std::string(protocol::kCpu));
  for (std::size_t index = 0; index < gpus; ++index)
    all.push_back(std::string(protocol::kCudaPrefix) + std::to_string(index));
  return all;
}

std::size_t gpu_count() {
  std::size_t count = 0;
  std::error_code fault;
  for (std::filesystem::directory_iterator entry("/proc/driver/nvidia/gpus", fault), end; !fault && entry != end;
       entry.increment(fault)) {
    ++count;
  }
  return count;
}

bool suits(std::string_view slot, const JobRequest& request, bool has_gpu) {
  const bool on_gpu = slot != protocol::kCpu;
  if (request.mode != protocol::kEncoderMode || request.device == protocol::kCpu) return !on_gpu;
  if (request.device == protocol::kAutoDevice) return on_gpu == has_gpu;
  return request.device == protocol::kCuda ? on_gpu : slot == request.device;
}

}  // namespace ssem::api::jobs
