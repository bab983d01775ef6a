// The one way in which ssem starts another program: a child whose stdout is a pipe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"

namespace ssem::api::processes {

// background: a session of its own, so that it and all that it starts can be ended together; stderr is a pipe too; the
// kernel prefers it to this process when memory runs out; it leaves no core file.
// foreground: of this process's terminal, whose stderr and job control it shares.
enum class Ground { background, foreground };

struct ChildCall {
  std::vector<std::string> words;   // the program, looked for in PATH where it has no slash, and its arguments
  std::string directory;            // where it runs; empty: here
  std::string mark;                 // its environment has kMarkVariable=MARK; empty: it has none
  std::string input = "/dev/null";  // the file that its stdin reads, from `directory`; empty: this process's stdin
  std::optional<std::string> input_text = std::nullopt;  // what its stdin reads in place of a file
  Ground ground = Ground::background;
  bool confined = false;  // to `directory`, without sockets, where the kernel can: see confinement.h
};

// Children and theirs carry it, so that a later server finds what an earlier one left behind.
inline constexpr const char* kMarkVariable = "SSEM_JOB";

// The child has this process's environment without what is_secret_variable() tells. It begins with the usual answers to
// signals, has no descriptor of this process but stdin, stdout and stderr, and gets SIGTERM when the thread that
// started it ends, or the process is killed. The destructor kills what is left of it. Not thread safe.
class ChildProcess {
 public:
  // A parent that ignored SIGCHLD, and so would take every exit status, is put right first. Errors: it cannot be
  // started (unavailable; the system's reason).
  static Result<ChildProcess> start(const ChildCall& call);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  // Waits up to `timeout` and appends what came. False once its pipes are closed.
  bool read(std::chrono::milliseconds timeout, std::string& standard_output, std::string& standard_error);

  // True once the child itself has ended. Takes the exit status of it and of orphans of its session.
  bool has_ended();
  // Waits for that, as long as it takes.
  void wait();
  // True while any process of the session lives.
  bool has_descendants() const;
  // As waitpid gives it; valid once has_ended().
  int status() const { return status_; }
  // In the background to the whole session.
  void send(int signal) const;

  std::size_t resident_bytes() const;  // of the child itself; 0 where unknown
  pid_t pid() const { return pid_; }

  // Its stdout, for who does not read().
  int output() const { return output_; }
  void close_output();

 private:
  ChildProcess(pid_t pid, Ground ground, int output, int error)
      : pid_(pid), ground_(ground), output_(output), error_(error) {}

  pid_t pid_ = 0;
  Ground ground_;
  int output_ = -1;
  int error_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

// Takes the exit status of children of this process that no ChildProcess waits for: orphans that left their session.
void reap_orphans();

}  // namespace ssem::api::processes
