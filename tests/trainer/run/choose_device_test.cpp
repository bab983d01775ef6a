#include "trainer/run/choose_device.h"

#include <doctest/doctest.h>

#include <string>

namespace ssem::trainer {

TEST_CASE("the CPU is always there, auto always finds something") {
  CHECK(choose_device("cpu").value().is_cpu());
  CHECK(choose_device("auto"));
  CHECK(choose_device("cpu").value().str() == "cpu");
}

TEST_CASE("a GPU that is not there is a fault of /device") {
  const auto device = choose_device("cuda:200");
  REQUIRE(!device);
  CHECK(device.error().code == ErrorCode::invalid_argument);
  CHECK(device.error().fields[0].path == "/device");
  CHECK(device.error().fields[0].message.find("got cuda:200") != std::string::npos);
  CHECK(device.error().message.find("Exception") == std::string::npos);
}

}  // namespace ssem::trainer
