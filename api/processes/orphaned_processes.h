// Processes that outlived who started them: those of children that ended, and those of an earlier server.
#pragma once

#include <string>
#include <vector>

namespace ssem::api::processes {

// Once, before any child: orphans of children become this process's to wait for. reap_orphans() takes their statuses.
void adopt_orphans();

// Kills every process that carries one of these marks, and waits until they are gone, or for 5 s.
void kill_marked(const std::vector<std::string>& marks);

}  // namespace ssem::api::processes
