#include "api/jobs/device_slots.h"

#include <doctest/doctest.h>

#include <string>

using namespace ssem;
using namespace ssem::api::jobs;

TEST_CASE("each job finds a slot that suits it") {
  const auto suited = [](const char* mode, const char* device, bool has_gpu) {
    JobRequest request;
    request.mode = mode;
    request.device = device;
    std::string found;
    for (const std::string& slot : device_slots(1, has_gpu ? 2 : 0))
      found += suits(slot, request, has_gpu) ? slot + " " : "";
    return found;
  };
  CHECK(suited("embeddings", "auto", true) == "cpu ");
  CHECK(suited("encoder", "auto", true) == "cuda:0 cuda:1 ");
  CHECK(suited("encoder", "auto", false) == "cpu ");
  CHECK(suited("encoder", "cpu", true) == "cpu ");
  CHECK(suited("encoder", "cuda:1", true) == "cuda:1 ");
  CHECK(suited("encoder", "cuda", true) == "cuda:0 cuda:1 ");
  CHECK(suited("encoder", "cuda:7", true).empty());
}
