#include "api/processes/confinement.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ssem::api::processes {
namespace {

using files::Descriptor;

// Of later kernels than the headers that this may be built with.
constexpr std::uint64_t kRefer = std::uint64_t{1} << 13U;     // ABI 2: to another folder
constexpr std::uint64_t kTruncate = std::uint64_t{1} << 14U;  // ABI 3
constexpr int kAbiWithRefer = 2;
constexpr int kAbiWithTruncate = 3;

constexpr std::uint64_t kWriting = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                   LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

// 0 where the kernel has none, or it is switched off.
int landlock_abi() {
#ifdef SSEM_COVERAGE
  return 0;  // what a program counts is written beside its objects
#else
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
#endif
}

bool allow(int ruleset, const char* path, std::uint64_t access) {
  const Descriptor place(::open(path, O_PATH | O_CLOEXEC));
  if (!place.is_open()) return false;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = place.get();
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

#if defined(__x86_64__)
#define SSEM_NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SSEM_NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef SSEM_NATIVE_ARCHITECTURE
constexpr bool kHasFilter = true;

constexpr sock_filter refusal(std::uint32_t error) {
  return BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA));
}

// socket() is refused, and so is what would get round it: io_uring, and calls by another architecture's numbers.
bool filter_sockets() {
  constexpr std::uint32_t kX32Calls = 0x40000000;
  std::array<sock_filter, 10> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SSEM_NATIVE_ARCHITECTURE, 1, 0),
      refusal(ENOSYS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kX32Calls, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 2),
      refusal(ENOSYS),
      refusal(EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 || errno == EINVAL;  // a kernel without it
}
#else
constexpr bool kHasFilter = false;
bool filter_sockets() { return true; }
#endif

}  // namespace

ConfinementSupport confinement_support() {
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  const bool filters = ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
  return {landlock_abi() > 0, kHasFilter && filters};
}

Result<Confinement> Confinement::prepare(const std::string& folder) {
  const int abi = landlock_abi();
  if (abi == 0) return Confinement(-1);
  const std::uint64_t writing =
      kWriting | (abi >= kAbiWithRefer ? kRefer : 0) | (abi >= kAbiWithTruncate ? kTruncate : 0);
  const std::uint64_t file_only = writing & (LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate);
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = writing;
  const long ruleset = ::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
  if (ruleset < 0) return Error{ErrorCode::unavailable, std::string("Landlock: ") + std::strerror(errno), {}};
  Confinement confinement(static_cast<int>(ruleset));
  if (!allow(confinement.ruleset_.get(), folder.empty() ? "." : folder.c_str(), writing)) {
    return Error{ErrorCode::unavailable, "cannot keep a program in " + folder + ": " + std::strerror(errno), {}};
  }
  allow(confinement.ruleset_.get(), "/dev/null", file_only);
  return Result<Confinement>(std::move(confinement));
}

bool Confinement::enter() const {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (ruleset_.is_open() && ::syscall(SYS_landlock_restrict_self, ruleset_.get(), 0) != 0) return false;
  return filter_sockets();
}

}  // namespace ssem::api::processes
