#include <doctest/doctest.h>

#include <vector>

#include "trainer/run/command_arguments.h"

namespace ssem::trainer {
namespace {

Result<CommandArguments> read(const std::vector<const char*>& words) { return read_arguments(words); }

std::string fault(const std::vector<const char*>& words) {
  const auto arguments = read(words);
  if (arguments) return "";
  return arguments.error().fields.front().path + ": " + arguments.error().fields.front().message;
}

}  // namespace

TEST_CASE("without arguments the spec comes from stdin") {
  const auto arguments = read({});
  REQUIRE(arguments);
  CHECK(arguments.value().spec == "-");
  CHECK(arguments.value().progress);
  CHECK(!arguments.value().device);
}

TEST_CASE("flags take their value behind a space or an equals sign, in any order") {
  const auto arguments = read({"--device=cuda:1", "run.json", "--output-directory", "a=b", "--no-progress"});
  REQUIRE(arguments);
  CHECK(arguments.value().spec == "run.json");
  CHECK(arguments.value().device == "cuda:1");
  CHECK(arguments.value().output_directory == "a=b");
  CHECK(!arguments.value().progress);
  CHECK(read({"--device", "-"}).value().device == "-");
  CHECK(read({"--", "--device"}).value().spec == "--device");
  CHECK(read({"-"}).value().spec == "-");
  CHECK(read({"-h"}).value().help);
  CHECK(read({"--version"}).value().version);
}

TEST_CASE("a wrong word is named, with the flag that was meant") {
  CHECK(fault({"--devise", "cpu"}) == "--devise: is no known flag; did you mean --device?");
  CHECK(fault({"-x"}) == "-x: is no known flag");
  CHECK(fault({"a.json", "b.json"}) == "b.json: is one file too many");
  CHECK(fault({"--device"}) == "--device: needs a value");
  CHECK(fault({"--device", "cpu", "--device=cpu"}) == "--device: was given twice");
  CHECK(read({"--devise", "-x"}).error().fields.size() == 2);
}

TEST_CASE("the usage names every flag") {
  const std::string usage = kUsage;
  for (const char* flag : {"--device", "--output-directory", "--no-progress", "--no-fault-text", "--help"}) {
    CHECK_MESSAGE(usage.find(flag) != std::string::npos, flag);
  }
}

}  // namespace ssem::trainer
