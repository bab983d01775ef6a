// The names that "device" may have.
#pragma once

#include <string_view>

namespace ssem::advisor::json::training {

inline constexpr std::string_view kAutoDevice = "auto";  // a GPU where there is one
inline constexpr std::string_view kCpu = "cpu";
inline constexpr std::string_view kCuda = "cuda";
inline constexpr std::string_view kCudaPrefix = "cuda:";  // and the GPU's number
inline constexpr std::string_view kDeviceRule = "must be auto, cpu, cuda or cuda:N";
// Of mode embeddings.
inline constexpr std::string_view kCpuOnlyRule =
    "must be auto or cpu in embeddings mode, which computes in float64 there";

// cuda:N with N of one to three digits.
bool is_device_name(std::string_view name);
bool is_gpu(std::string_view name);

}  // namespace ssem::advisor::json::training
