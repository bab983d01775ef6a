#include "advisor/json/training/device_name.h"

#include <doctest/doctest.h>

using namespace ssem::advisor::json::training;

TEST_CASE("a device is auto, cpu, cuda or cuda with a number of up to three digits") {
  for (const char* name : {"auto", "cpu", "cuda", "cuda:0", "cuda:12", "cuda:999"}) {
    CAPTURE(name);
    CHECK(is_device_name(name));
  }
  for (const char* name : {"", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "cuda:1 ", " cuda", "cuda0"}) {
    CAPTURE(name);
    CHECK_FALSE(is_device_name(name));
  }
  CHECK(is_gpu("cuda"));
  CHECK(is_gpu("cuda:3"));
  CHECK_FALSE(is_gpu("cpu"));
  CHECK_FALSE(is_gpu("auto"));
}
