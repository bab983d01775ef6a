#include "api/jobs/device_slots.h"

#include <filesystem>

namespace ssem::api::jobs {
namespace {

constexpr std::string_view kGpuPrefix = "cuda:";

}  // namespace

std::vector<std::string> device_slots(std::size_t cpu_jobs, std::size_t gpus) {
  std::vector<std::string> all(cpu_jobs, "cpu");
  for (std::size_t index = 0; index < gpus; ++index) all.push_back(std::string(kGpuPrefix) + std::to_string(index));
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
  const bool on_gpu = slot != "cpu";
  if (request.mode != "encoder" || request.device == "cpu") return !on_gpu;
  if (request.device == "auto") return on_gpu == has_gpu;
  return request.device == "cuda" ? on_gpu : slot == request.device;
}

bool is_device_name(std::string_view name) {
  if (name == "auto" || name == "cpu" || name == "cuda") return true;
  if (name.substr(0, kGpuPrefix.size()) != kGpuPrefix) return false;
  const std::string_view index = name.substr(kGpuPrefix.size());
  return !index.empty() && index.size() <= 3 && index.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace ssem::api::jobs
