// What the operating system knows of this process.
#pragma once

#include <chrono>
#include <cstdint>

namespace ssem::api::http {

std::chrono::system_clock::time_point process_start_time();

// 0 where the system does not tell.
std::uint64_t resident_memory_bytes();

}  // namespace ssem::api::http
