// A child in a session of its own, with its stdout and stderr as pipes: what a job runs as.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "advisor/result.h"

namespace ssem::api::jobs {

struct ChildCall {
  std::vector<std::string> words;   // the program, looked for in PATH where it has no slash, and its arguments
  std::string directory;            // where it runs; empty: here
  std::string mark;                 // its environment has kMarkVariable=MARK
  std::string input = "/dev/null";  // what its stdin reads, from `directory`
};

// Children and theirs carry it, so that a later server finds what an earlier one left behind.
inline constexpr const char* kMarkVariable = "SSEM_JOB";

// The child gets SIGTERM when the thread that started it ends, or the process is killed. The kernel prefers it to this
// process when memory runs out. The destructor kills what is left of the session. Not thread safe.
class ChildProcess {
 public:
  // Errors: it cannot be started (unavailable; the system's reason).
  static Result<ChildProcess> start(const ChildCall& call);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  // Waits up to `timeout` and appends what came. False once both pipes are closed.
  bool read(std::chrono::milliseconds timeout, std::string& standard_output, std::string& standard_error);

  // True once the child itself has ended. Takes the exit status of it and of orphans of its session.
  bool has_ended();
  // True while any process of the session lives.
  bool has_descendants() const;
  // As waitpid gives it; valid once has_ended().
  int status() const { return status_; }
  // To the whole session.
  void send(int signal) const;

  std::size_t resident_bytes() const;  // of the child itself; 0 where unknown
  pid_t pid() const { return pid_; }

 private:
  ChildProcess(pid_t pid, int output, int error) : pid_(pid), output_(output), error_(error) {}

  pid_t pid_ = 0;
  int output_ = -1;
  int error_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

// Once, before any child: orphans of children become ours to wait for.
void adopt_orphans();

// Takes the exit status of adopted ones that left their session, and so are no ChildProcess's to wait for.
void reap_orphans();

// Kills every process that carries one of these marks, and waits until they are gone.
void kill_marked(const std::vector<std::string>& marks);

}  // namespace ssem::api::jobs
