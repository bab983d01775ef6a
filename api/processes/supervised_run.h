// One child from its start to the end of its last process, within limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"
#include "api/processes/child_process.h"
#include "api/processes/memory_share.h"

namespace ssem::api::processes {

struct RunLimits {
  std::chrono::milliseconds time{0};            // 0: none
  std::size_t memory_bytes = 0;                 // resident, of the child itself; 0: none
  MemoryShare* share = nullptr;                 // of all children that have it; outlives the run
  std::chrono::milliseconds end_grace{10'000};  // between SIGTERM and SIGKILL
  std::chrono::milliseconds stop_grace{4'000};  // the same, once is_stopping()
  std::size_t max_line_bytes = std::size_t{64} << 20U;
};

enum class EndedBy { itself, request, time_limit, memory_limit, bad_line };

struct RunEnd {
  EndedBy by = EndedBy::itself;
  int status = 0;          // as waitpid gives it
  std::string last_words;  // the end of its stderr, at most kLastWordsBytes
};

inline constexpr std::size_t kLastWordsBytes = 4096;

struct RunWatch {
  // A line of stdout without its end. False: it is no line that such a child writes, and the child is ended.
  std::function<bool(std::string_view line)> on_line;
  // Asked about ten times a second; true ends the child, with SIGTERM first.
  std::function<bool()> should_end;
  // The server stops: less patience from now on.
  std::function<bool()> is_stopping;
};

// Blocks the calling thread. When it returns, no process of the child's session is left. Errors: as ChildProcess.
Result<RunEnd> run_supervised(const ChildCall& call, const RunLimits& limits, const RunWatch& watch);

}  // namespace ssem::api::processes
