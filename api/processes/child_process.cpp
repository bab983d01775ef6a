#include "api/processes/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill and sigset_t are POSIX
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "api/processes/confinement.h"
#include "api/processes/secret_variables.h"
#include "files/descriptor.h"
#include "files/write_all.h"

namespace ssem::api::processes {
namespace {

using files::Descriptor;

constexpr std::size_t kMostBytesAtOnce = 1U << 16U;

// Sessions that a ChildProcess waits for itself.
std::mutex sessions_mutex;
std::set<pid_t>& sessions() {
  static std::set<pid_t> all;
  return all;
}

struct Pipe {
  bool make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    reading.take(ends[0]);
    writing.take(ends[1]);
    return true;
  }
  Descriptor reading, writing;
};

// In memory, so that who writes it never waits for who reads it.
int file_of(const std::string& text) {
  Descriptor file(::memfd_create("stdin", MFD_CLOEXEC));
  const bool whole = file.is_open() && files::write_all(file.get(), text) == files::Written::all;
  return whole && ::lseek(file.get(), 0, SEEK_SET) == 0 ? file.release() : -1;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::string& mark) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view text = *line;
    const std::string_view name = text.substr(0, text.find('='));
    if (name != kMarkVariable && !is_secret_variable(name)) lines.emplace_back(text);
  }
  if (!mark.empty()) lines.push_back(std::string(kMarkVariable) + '=' + mark);
  return lines;
}

struct ChildSide {
  char* const* words;
  char* const* environment;
  const char* directory;
  const char* input;  // nullptr: input_file; empty: what this process has
  pid_t parent;
  bool background;
  const Confinement* confinement;  // nullptr: none
  int input_file, output, error, fault;
};

// Between fork and exec: calls that are safe there only.
void leave_the_terminal() {
  ::setsid();
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    [[maybe_unused]] const ssize_t ignored = ::write(score, "1000", 4);
    ::close(score);
  }
}

bool set_input(const ChildSide& side) {
  if (side.input == nullptr) return ::dup2(side.input_file, STDIN_FILENO) >= 0;
  if (*side.input == '\0') return true;
  const int file = ::open(side.input, O_RDONLY);
  const bool set = file >= 0 && ::dup2(file, STDIN_FILENO) >= 0;
  if (file > STDERR_FILENO) ::close(file);
  return set;
}

[[noreturn]] void become(const ChildSide& side) {
  if (side.background) leave_the_terminal();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != side.parent) _exit(127);  // it died before the line above
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const bool there = *side.directory == '\0' || ::chdir(side.directory) == 0;
  const bool ready = there && set_input(side) && ::dup2(side.output, STDOUT_FILENO) >= 0 &&
                     (side.error < 0 || ::dup2(side.error, STDERR_FILENO) >= 0);
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);  // of a library that does not close its own, say
  // Last: before, this process writes outside of the folder itself.
  if (ready && (side.confinement == nullptr || side.confinement->enter()))
    ::execvpe(side.words[0], side.words, side.environment);
  const int fault = errno;
  [[maybe_unused]] const ssize_t ignored = ::write(side.fault, &fault, sizeof fault);
  _exit(127);
}

// Ignored, as some parents leave it, it would take every exit status.
void keep_exit_statuses() {
  struct sigaction action {};
  if (::sigaction(SIGCHLD, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
}

// False once the other end is closed.
bool read_some(int& descriptor, std::string& text) {
  std::array<char, kMostBytesAtOnce> buffer;
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }
  ::close(std::exchange(descriptor, -1));
  return false;
}

Error cannot_start(const std::string& program, int fault) {
  return {ErrorCode::unavailable, "cannot start " + program + ": " + std::strerror(fault), {}};
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const ChildCall& call) {
  std::vector<std::string> words = call.words;
  std::vector<std::string> environment = environment_with(call.mark);
  const std::vector<char*> argv = pointers_to(words);
  const std::vector<char*> envp = pointers_to(environment);
  const bool background = call.ground == Ground::background;
  Pipe output, error, fault;
  Descriptor text;
  if (!output.make() || !fault.make() || (background && !error.make())) return cannot_start(words.front(), errno);
  if (call.input_text) {
    text.take(file_of(*call.input_text));
    if (!text.is_open()) return cannot_start(words.front(), errno);
  }
  std::optional<Confinement> confinement;
  if (call.confined) {
    auto prepared = Confinement::prepare(call.directory);
    if (!prepared) return prepared.error();
    confinement.emplace(std::move(prepared).value());
  }
  const ChildSide side{argv.data(),
                       envp.data(),
                       call.directory.c_str(),
                       call.input_text ? nullptr : call.input.c_str(),
                       ::getpid(),
                       background,
                       confinement ? &*confinement : nullptr,
                       text.get(),
                       output.writing.get(),
                       error.writing.get(),
                       fault.writing.get()};
  keep_exit_statuses();
  std::unique_lock lock(sessions_mutex);  // so that a child that ends at once is known before anyone looks for orphans
  const pid_t pid = ::fork();
  if (pid < 0) return cannot_start(words.front(), errno);
  if (pid == 0) become(side);
  sessions().insert(pid);
  lock.unlock();
  output.writing.close();
  error.writing.close();
  fault.writing.close();
  ChildProcess child(pid, call.ground, output.reading.release(), error.reading.release());
  int reason = 0;
  ssize_t told = 0;
  do {
    told = ::read(fault.reading.get(), &reason, sizeof reason);
  } while (told < 0 && errno == EINTR);
  if (told == static_cast<ssize_t>(sizeof reason)) return cannot_start(words.front(), reason);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      ground_(other.ground_),
      output_(std::exchange(other.output_, -1)),
      error_(std::exchange(other.error_, -1)),
      status_(other.status_),
      ended_(other.ended_) {}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    if (!ended_ || ground_ == Ground::background) send(SIGKILL);
    wait();
    while (::waitpid(-pid_, nullptr, WNOHANG) > 0) {
    }
    const std::lock_guard lock(sessions_mutex);
    sessions().erase(pid_);
  }
  if (output_ >= 0) ::close(output_);
  if (error_ >= 0) ::close(error_);
}

bool ChildProcess::read(std::chrono::milliseconds timeout, std::string& standard_output, std::string& standard_error) {
  std::array<pollfd, 2> pipes{{{output_, POLLIN, 0}, {error_, POLLIN, 0}}};  // a negative one is passed over
  if (output_ < 0 && error_ < 0) return false;
  if (::poll(pipes.data(), pipes.size(), static_cast<int>(timeout.count())) > 0) {
    if (pipes[0].revents != 0) read_some(output_, standard_output);
    if (pipes[1].revents != 0) read_some(error_, standard_error);
  }
  return output_ >= 0 || error_ >= 0;
}

void ChildProcess::close_output() {
  if (output_ >= 0) ::close(std::exchange(output_, -1));
}

bool ChildProcess::has_ended() {
  while (!ended_) {
    const pid_t ended = ::waitpid(pid_, &status_, WNOHANG);
    if (ended == pid_) ended_ = true;
    if (ended < 0 && errno == EINTR) continue;
    if (ended < 0 && errno == ECHILD) ended_ = true;  // someone else took its status
    break;
  }
  return ended_;
}

void ChildProcess::wait() {
  while (!ended_) {
    if (::waitpid(pid_, &status_, 0) >= 0 || errno != EINTR) ended_ = true;
  }
}

bool ChildProcess::has_descendants() const {
  while (ended_ && ::waitpid(-pid_, nullptr, WNOHANG) > 0) {
  }
  return ::kill(-pid_, 0) == 0;
}

void ChildProcess::send(int signal) const { ::kill(ground_ == Ground::background ? -pid_ : pid_, signal); }

std::size_t ChildProcess::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  if (!(file >> total_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void reap_orphans() {
  siginfo_t ended{};
  if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;  // nobody has
  std::error_code fault;
  for (std::filesystem::directory_iterator entry("/proc", fault), end; !fault && entry != end; entry.increment(fault)) {
    const pid_t pid = static_cast<pid_t>(std::atol(entry->path().filename().c_str()));
    if (pid <= 0) continue;
    std::ifstream file(entry->path() / "stat");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    char state = 0;
    pid_t parent = 0;
    pid_t group = 0;
    if (!(fields >> state >> parent >> group) || state != 'Z' || parent != ::getpid()) continue;
    const std::lock_guard lock(sessions_mutex);
    if (sessions().count(group) == 0) ::waitpid(pid, nullptr, WNOHANG);
  }
}

}  // namespace ssem::api::processes
