// To be preloaded (LD_PRELOAD): notes what is written, synced, renamed and removed below the folder
// SSEM_RECORDED_FOLDER, in the order in which it was done, so that a test can make what a loss of power would have
// left. SSEM_RECORD_FILE gets a line for each: kind, inode, number, lengths of two texts; then the texts.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

namespace {

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// One for the process that loaded the library: a child between fork() and exec() writes nothing of interest, and the
// lock may be held for ever in it.
class Record {
 public:
  static Record& instance() {
    static Record record;
    return record;
  }

  // Does `work` and notes it, with nothing noted in between.
  template <class Work>
  auto in_order(const Work& work) {
    if (::getpid() != process_ || file_ < 0) return work(false);
    const std::lock_guard lock(mutex_);
    return work(true);
  }

  bool is_within(std::string_view path) const {
    return path.size() > folder_.size() && path.substr(0, folder_.size()) == folder_ && path[folder_.size()] == '/';
  }

  void note(char kind, ino_t inode, long long number, std::string_view first, std::string_view second = {}) const {
    const int before = errno;
    std::string line = std::string(1, kind) + ' ' + std::to_string(inode) + ' ' + std::to_string(number) + ' ' +
                       std::to_string(first.size()) + ' ' + std::to_string(second.size()) + '\n';
    line.append(first).append(second);
    static const auto kWrite = real<decltype(::write)>("write");
    if (kWrite(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
    errno = before;
  }

 private:
  Record() : folder_(environment("SSEM_RECORDED_FOLDER")), process_(::getpid()) {
    static const auto kOpen = real<int(const char*, int, ...)>("open");
    const std::string path = environment("SSEM_RECORD_FILE");
    if (!path.empty()) file_ = kOpen(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }

  std::string folder_;
  pid_t process_;
  int file_ = -1;
  std::mutex mutex_;
};

std::string path_of(int file) {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

std::string absolute(const char* path) {
  if (path[0] == '/') return path;
  std::array<char, PATH_MAX> here{};
  return ::getcwd(here.data(), here.size()) == nullptr ? path : std::string(here.data()) + '/' + path;
}

// A file that is recorded: its inode, or 0.
ino_t recorded(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  return Record::instance().is_within(path_of(file)) ? status.st_ino : 0;
}

template <class Open>
int opened(const Open& open, const char* path, int flags) {
  return Record::instance().in_order([&](bool noting) {
    struct stat before {};
    const bool is_there = noting && ::stat(path, &before) == 0;
    const int file = open();
    if (!noting || file < 0 || (flags & (O_CREAT | O_TRUNC)) == 0) return file;
    if (const ino_t inode = recorded(file); inode != 0) {
      if (!is_there) Record::instance().note('C', inode, 0, path_of(file));
      if (is_there && (flags & O_TRUNC) != 0) Record::instance().note('T', inode, 0, {});
    }
    return file;
  });
}

mode_t mode_in(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

template <class Write>
ssize_t written(const Write& write, int file, long long offset, std::string_view bytes) {
  return Record::instance().in_order([&](bool noting) {
    const ssize_t count = write();
    const ino_t inode = noting && count > 0 ? recorded(file) : 0;
    if (inode != 0) {
      const long long start = offset >= 0 ? offset : ::lseek(file, 0, SEEK_CUR) - count;
      Record::instance().note('W', inode, start, bytes.substr(0, static_cast<std::size_t>(count)));
    }
    return count;
  });
}

template <class Sync>
int synced(const Sync& sync, int file) {
  return Record::instance().in_order([&](bool noting) {
    const int result = sync();
    if (!noting || result != 0) return result;
    struct stat status {};
    const std::string path = path_of(file);
    if (::fstat(file, &status) != 0) return result;
    if (S_ISDIR(status.st_mode)) Record::instance().note('D', 0, 0, path);
    if (S_ISREG(status.st_mode) && Record::instance().is_within(path))
      Record::instance().note('S', status.st_ino, 0, {});
    return result;
  });
}

// A change of a folder: `kind` of the path, or from the first to the second.
template <class Work>
int changed(char kind, const Work& work, const std::string& first, const std::string& second = {}) {
  return Record::instance().in_order([&](bool noting) {
    const int result = work();
    if (noting && result == 0 && Record::instance().is_within(first)) {
      Record::instance().note(kind, 0, 0, first, second);
    }
    return result;
  });
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  static const auto kReal = real<int(const char*, int, ...)>("open");
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_in(flags, arguments);
  va_end(arguments);
  return opened([&] { return kReal(path, flags, mode); }, path, flags);
}

int open64(const char* path, int flags, ...) {
  static const auto kReal = real<int(const char*, int, ...)>("open64");
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_in(flags, arguments);
  va_end(arguments);
  return opened([&] { return kReal(path, flags, mode); }, path, flags);
}

ssize_t write(int file, const void* bytes, std::size_t count) {
  static const auto kReal = real<decltype(write)>("write");
  return written([&] { return kReal(file, bytes, count); }, file, -1, {static_cast<const char*>(bytes), count});
}

ssize_t writev(int file, const iovec* pieces, int count) {
  static const auto kReal = real<decltype(writev)>("writev");
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  return written([&] { return kReal(file, pieces, count); }, file, -1, bytes);
}

ssize_t pwrite64(int file, const void* bytes, std::size_t count, off64_t offset) {
  static const auto kReal = real<decltype(pwrite64)>("pwrite64");
  const std::string_view text(static_cast<const char*>(bytes), count);
  return written([&] { return kReal(file, bytes, count, offset); }, file, offset, text);
}

int ftruncate64(int file, off64_t length) {
  static const auto kReal = real<decltype(ftruncate64)>("ftruncate64");
  return Record::instance().in_order([&](bool noting) {
    const int result = kReal(file, length);
    const ino_t inode = noting && result == 0 ? recorded(file) : 0;
    if (inode != 0) Record::instance().note('T', inode, length, {});
    return result;
  });
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fsync(int file) {
  static const auto kReal = real<decltype(fsync)>("fsync");
  return synced([&] { return kReal(file); }, file);
}

int fdatasync(int file) {
  static const auto kReal = real<decltype(fdatasync)>("fdatasync");
  return synced([&] { return kReal(file); }, file);
}

int rename(const char* from, const char* to) {
  static const auto kReal = real<decltype(rename)>("rename");
  return changed(
      'R', [&] { return kReal(from, to); }, absolute(from), absolute(to));
}

int unlink(const char* path) {
  static const auto kReal = real<decltype(unlink)>("unlink");
  return changed(
      'U', [&] { return kReal(path); }, absolute(path));
}

int rmdir(const char* path) {
  static const auto kReal = real<decltype(rmdir)>("rmdir");
  return changed(
      'U', [&] { return kReal(path); }, absolute(path));
}

int remove(const char* path) {
  static const auto kReal = real<decltype(remove)>("remove");
  return changed(
      'U', [&] { return kReal(path); }, absolute(path));
}

int unlinkat(int folder, const char* path, int flags) {
  static const auto kReal = real<decltype(unlinkat)>("unlinkat");
  const std::string whole = folder == AT_FDCWD || path[0] == '/' ? absolute(path) : path_of(folder) + '/' + path;
  return changed(
      'U', [&] { return kReal(folder, path, flags); }, whole);
}

int mkdir(const char* path, mode_t mode) {
  static const auto kReal = real<decltype(mkdir)>("mkdir");
  return changed(
      'M', [&] { return kReal(path, mode); }, absolute(path));
}

}  // extern "C"
