#include "trainer/run/training_fault.h"

#include <doctest/doctest.h>

#include <new>
#include <stdexcept>
#include <string>

namespace ssem::trainer {

TEST_CASE("memory that ran out is told from other faults, and no internal text shows") {
  const Error memory = training_fault(std::runtime_error("[enforce fail] DefaultCPUAllocator: can't allocate memory"));
  CHECK(memory.message.find("out of memory: use a smaller batch") == 0);
  CHECK(training_fault(std::runtime_error("CUDA out of memory. Tried")).message == memory.message);
  CHECK(training_fault(std::bad_alloc()).message == memory.message);
  const Error other = training_fault(std::runtime_error("Expected scalar at ../aten/src/x.cpp:12"));
  CHECK(other.code == ErrorCode::internal);
  CHECK(other.message.find("aten") == std::string::npos);
}

}  // namespace ssem::trainer
