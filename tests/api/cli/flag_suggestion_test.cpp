#include "api/cli/faults/flag_suggestion.h"

#include <doctest/doctest.h>

namespace ssem::api::cli {
namespace {

const std::vector<std::string> kKnown{
    "--help",      "--classes",     "--class-counts", "--batch-size",
    "--dimension", "--temperature", "--loss-weight",  "--target-within-class-variance"};

}  // namespace

TEST_CASE("a flag is found by what papers and libraries call it") {
  CHECK(suggested_flag("--tau", kKnown) == "--temperature");
  CHECK(suggested_flag("--temp", kKnown) == "--temperature");
  CHECK(suggested_flag("--alpha", kKnown) == "--loss-weight");
  CHECK(suggested_flag("--dim", kKnown) == "--dimension");
  CHECK(suggested_flag("--num_classes", kKnown) == "--classes");
  CHECK(suggested_flag("-batch", kKnown) == "--batch-size");
}

TEST_CASE("a synonym of a flag that the command lacks suggests nothing") {
  CHECK(suggested_flag("--lr", kKnown).empty());
}

TEST_CASE("a flag is found by its beginning where only one begins so, and by a slip of the finger") {
  CHECK(suggested_flag("--targ", kKnown) == "--target-within-class-variance");
  CHECK(suggested_flag("--los", kKnown) == "--loss-weight");
  CHECK(suggested_flag("--tempreature", kKnown) == "--temperature");
  CHECK(suggested_flag("--", kKnown).empty());
  CHECK(suggested_flag("--xyz", kKnown).empty());
}

TEST_CASE("a command is found in the same ways") {
  const std::vector<std::string> known{"recommend", "evaluate", "validate", "version"};
  CHECK(suggested_command("rec", known) == "recommend");
  CHECK(suggested_command("train", known) == "validate");
  CHECK(suggested_command("evalaute", known) == "evaluate");
  CHECK(suggested_command("", known).empty());
}

}  // namespace ssem::api::cli
