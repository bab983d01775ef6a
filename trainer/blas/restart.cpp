#include "trainer/blas/restart.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "trainer/blas/kernels.h"
#include "trainer/blas/openblas.h"

namespace ssem::trainer::blas {
namespace {

// How many of the better kernels have been tried, one digit: what one start of the program leaves to the next.
constexpr const char* kTried = "SSEM_OPENBLAS_TRIED";

std::size_t kernels_tried() {
  const char* const text = std::getenv(kTried);
  return text != nullptr && *text >= '0' && *text <= '9' ? static_cast<std::size_t>(*text - '0') : 0;
}

// The same program with the environment as it is now; returns where that cannot be.
void restart(char* const arguments[]) {
  std::array<char, 4096> program{};  // by its name, not as /proc/self/exe: ps shows it
  const ssize_t length = ::readlink("/proc/self/exe", program.data(), program.size() - 1);
  if (length > 0) ::execv(program.data(), arguments);
}

}  // namespace

void restart_with_patient_threads(char* const arguments[]) {
  constexpr const char* kWaitPolicy = "OMP_WAIT_POLICY";
  if (std::getenv(kWaitPolicy) != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  ::setenv(kWaitPolicy, "passive", 1);
  restart(arguments);
}

void restart_with_suitable_kernel(char* const arguments[]) {
  const OpenBlas found = OpenBlas::of_torch();
  if (!found || kernel_is_users()) return;
  const std::string detected = detected_kernel(found);
  const auto kernels = better_kernels(detected, processor_level());
  const std::size_t tried = kernels_tried();
  if (kernels.empty() || tried > kernels.size()) return;
  if (tried > 0 && kernel_level(found.kernel()) >= kernel_level(kernels[tried - 1]) && is_right(found)) return;

  ::setenv(kDetected, detected.c_str(), 1);
  ::setenv(kTried, std::to_string(tried + 1).c_str(), 1);
  if (tried < kernels.size()) {
    ::setenv(kCoreType, kernels[tried].c_str(), 1);
  } else {
    ::unsetenv(kCoreType);
  }
  restart(arguments);
}

}  // namespace ssem::trainer::blas
