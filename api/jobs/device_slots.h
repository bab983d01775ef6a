// Where jobs run: so many at once on the CPU, and one on each GPU.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/jobs/job.h"

namespace ssem::api::jobs {

// One entry per job that may run at the same time: "cpu", "cpu", "cuda:0", ...
std::vector<std::string> device_slots(std::size_t cpu_jobs, std::size_t gpus);

// NVIDIA GPUs that the driver shows. 0 without a driver.
std::size_t gpu_count();

// Embeddings are always optimised on the CPU, in float64; an encoder with device auto takes a GPU where there is one.
bool suits(std::string_view slot, const JobRequest& request, bool has_gpu);

}  // namespace ssem::api::jobs
