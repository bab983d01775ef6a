// Exit codes of ssem's commands; the help prints them.
#pragma once

namespace ssem::api::cli {

inline constexpr int kAnswered = 0;        // also when the answer is "cannot be reached"
inline constexpr int kSomeLineFailed = 1;  // or the answer could not be written
inline constexpr int kBadUsage = 2;
inline constexpr int kInternalFault = 3;

}  // namespace ssem::api::cli
