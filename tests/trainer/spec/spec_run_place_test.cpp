#include "trainer/run/choose_device.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>

#include "trainer/run/output_directory.h"
#include "trainer/run/training_fault.h"

namespace ssem::trainer {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "ssem_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path path;
};

void check_refused(const std::string& path, const std::string& reason) {
  const auto made = prepare_output_directory(path);
  REQUIRE(!made);
  CHECK(made.error().code == ErrorCode::invalid_argument);
  REQUIRE(made.error().fields.size() == 1);
  CHECK(made.error().fields[0].path == "/output_directory");
  CHECK_MESSAGE(made.error().fields[0].message.find(reason) != std::string::npos, made.error().message);
}

}  // namespace

TEST_CASE("a folder is made with its parents and left empty") {
  const Folder folder;
  const auto wanted = folder.path / "a" / "b";
  REQUIRE(prepare_output_directory(wanted.string()));
  CHECK(std::filesystem::is_directory(wanted));
  CHECK(std::filesystem::is_empty(wanted));
  CHECK(prepare_output_directory(wanted.string()));
}

TEST_CASE("a folder that cannot be written to is refused with the reason") {
  const Folder folder;
  const auto file = folder.path / "file";
  std::ofstream(file) << "x";
  check_refused(file.string(), "it is no folder");
  check_refused((file / "below").string(), "Not a directory");
  check_refused("/proc/nowhere", "");
}

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
