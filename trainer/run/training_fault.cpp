#include "trainer/run/training_fault.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <new>
#include <string>

namespace ssem::trainer {
namespace {

// LibTorch's allocators have no exception class of their own in every version.
bool is_about_memory(const std::exception& thrown) {
  if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) return true;
  std::string text = thrown.what();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  constexpr std::array<const char*, 3> kWords{"out of memory", "can't allocate memory", "not enough memory"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* words) { return text.find(words) != std::string::npos; });
}

}  // namespace

Error training_fault(const std::exception& thrown) {
  if (is_about_memory(thrown)) {
    return {ErrorCode::unavailable,
            "out of memory: use a smaller batch, fewer views, a smaller dimension or model, or a device with more",
            {}};
  }
  return {ErrorCode::internal, "training failed in the tensor library", {}};
}

}  // namespace ssem::trainer
