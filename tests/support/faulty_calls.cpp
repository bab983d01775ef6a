// To be preloaded (LD_PRELOAD): makes calls of the system fail, as long as a file is there. SSEM_FAULTS has what fails,
// with which errno and how often, such as "fdatasync EIO 0.2;accept4 ENOMEM 0.5"; SSEM_FAULTS_FILE names the file.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <string>

namespace {

struct Fault {
  int error = 0;
  double share = 0;
};

int error_named(const std::string& name) {
  static const std::map<std::string, int> kErrors{{"ECONNABORTED", ECONNABORTED},
                                                  {"ECONNRESET", ECONNRESET},
                                                  {"EINTR", EINTR},
                                                  {"EIO", EIO},
                                                  {"EMFILE", EMFILE},
                                                  {"ENFILE", ENFILE},
                                                  {"ENOBUFS", ENOBUFS},
                                                  {"ENOMEM", ENOMEM},
                                                  {"ENOSPC", ENOSPC},
                                                  {"EPERM", EPERM},
                                                  {"EPIPE", EPIPE},
                                                  {"EPROTO", EPROTO},
                                                  {"EAGAIN", EAGAIN}};
  const auto found = kErrors.find(name);
  if (found == kErrors.end()) std::abort();
  return found->second;
}

const std::map<std::string, Fault>& faults() {
  static const std::map<std::string, Fault> kFaults = [] {
    std::map<std::string, Fault> read;
    const char* text = std::getenv("SSEM_FAULTS");
    std::stringstream all(text != nullptr ? text : "");
    for (std::string one; std::getline(all, one, ';');) {
      std::stringstream words(one);
      std::string call;
      std::string error;
      double share = 0;
      words >> call >> error >> share;
      read[call] = {error_named(error), share};
    }
    return read;
  }();
  return kFaults;
}

bool is_switched_on() {
  static const char* const kFile = std::getenv("SSEM_FAULTS_FILE");
  return kFile != nullptr && ::access(kFile, F_OK) == 0;
}

// Of the n-th call that is asked about: the same share for whoever calls, in no order that anything could follow.
bool draws(double share) {
  static std::atomic<std::uint64_t> calls{0};
  const std::uint64_t mixed = (calls.fetch_add(1) + 1) * 0x9E3779B97F4A7C15U;
  return static_cast<double>((mixed ^ (mixed >> 29U)) >> 11U) / static_cast<double>(1ULL << 53U) < share;
}

bool fails(const char* call) {
  const int before = errno;
  const auto found = faults().find(call);
  const bool does = found != faults().end() && is_switched_on() && draws(found->second.share);
  errno = does ? found->second.error : before;
  return does;
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int accept4(int socket, sockaddr* address, socklen_t* length, int flags) {
  static const auto kReal = real<decltype(accept4)>("accept4");
  return fails("accept4") ? -1 : kReal(socket, address, length, flags);
}

ssize_t recv(int socket, void* bytes, std::size_t count, int flags) {
  static const auto kReal = real<decltype(recv)>("recv");
  return fails("recv") ? -1 : kReal(socket, bytes, count, flags);
}

// What recv() becomes where the compiler checks the size of the buffer.
ssize_t __recv_chk(int socket, void* bytes, std::size_t count, std::size_t, int flags) {
  return recv(socket, bytes, count, flags);
}

ssize_t send(int socket, const void* bytes, std::size_t count, int flags) {
  static const auto kReal = real<decltype(send)>("send");
  return fails("send") ? -1 : kReal(socket, bytes, count, flags);
}

int epoll_wait(int poll, epoll_event* events, int most, int timeout) {
  static const auto kReal = real<decltype(epoll_wait)>("epoll_wait");
  return fails("epoll_wait") ? -1 : kReal(poll, events, most, timeout);
}

ssize_t pwrite64(int file, const void* bytes, std::size_t count, off64_t offset) {
  static const auto kReal = real<decltype(pwrite64)>("pwrite64");
  return fails("pwrite64") ? -1 : kReal(file, bytes, count, offset);
}

// Of files: a line of the log or a wake-up is no matter of the disk.
ssize_t write(int file, const void* bytes, std::size_t count) {
  static const auto kReal = real<decltype(write)>("write");
  struct stat status {};
  const bool is_file = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  return is_file && fails("write") ? -1 : kReal(file, bytes, count);
}

int ftruncate64(int file, off64_t length) {
  static const auto kReal = real<decltype(ftruncate64)>("ftruncate64");
  return fails("ftruncate64") ? -1 : kReal(file, length);
}

int fsync(int file) {
  static const auto kReal = real<decltype(fsync)>("fsync");
  return fails("fsync") ? -1 : kReal(file);
}

int fdatasync(int file) {
  static const auto kReal = real<decltype(fdatasync)>("fdatasync");
  return fails("fdatasync") ? -1 : kReal(file);
}

int rename(const char* from, const char* to) {
  static const auto kReal = real<decltype(rename)>("rename");
  return fails("rename") ? -1 : kReal(from, to);
}

pid_t fork() {
  static const auto kReal = real<decltype(fork)>("fork");
  return fails("fork") ? -1 : kReal();
}

void* mmap64(void* place, std::size_t length, int protection, int flags, int file, off64_t offset) {
  static const auto kReal = real<decltype(mmap64)>("mmap64");
  return file >= 0 && fails("mmap64") ? MAP_FAILED : kReal(place, length, protection, flags, file, offset);
}

}  // extern "C"
