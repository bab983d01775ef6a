#include "api/http/observe/process_usage.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace ssem::api::http {

std::chrono::system_clock::time_point process_start_time() {
  const auto now = std::chrono::system_clock::now();
  // Field 22 of /proc/self/stat counts clock ticks since boot. Field 2 is a name in parentheses and may hold spaces.
  std::ifstream stat("/proc/self/stat");
  std::ifstream uptime("/proc/uptime");
  std::string line;
  double uptime_s = 0;
  if (!std::getline(stat, line) || !(uptime >> uptime_s)) return now;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return now;
  std::istringstream rest(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) rest >> skipped;
  double start_ticks = 0;
  if (!(rest >> start_ticks)) return now;
  const double age_s = uptime_s - start_ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  return now - std::chrono::milliseconds(static_cast<std::int64_t>(age_s * 1000));
}

std::uint64_t resident_memory_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace ssem::api::http
