// How many connections the system lets this process hold.
#pragma once

#include <sys/resource.h>

namespace ssem::api::http {

// To what the administrator allows: the usual first limit, 1024, is for programs that use select(), which none here
// does.
inline void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace ssem::api::http
