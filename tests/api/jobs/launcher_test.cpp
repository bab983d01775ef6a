#include "api/jobs/launcher.h"

#include <doctest/doctest.h>

using namespace ssem;
using namespace ssem::api::jobs;

TEST_CASE("a launcher is split as a shell splits it, and nothing is expanded") {
  const auto words = [](const char* text) { return split_words(text).value(); };
  using Words = std::vector<std::string>;
  CHECK(words("") == Words{});
  CHECK(words("  srun  --gres=gpu:1 ") == Words{"srun", "--gres=gpu:1"});
  CHECK(words("a 'b c' \"d e\"f '' \\ g") == Words{"a", "b c", "d ef", "", " g"});
  CHECK(words("echo $HOME `x` * ~") == Words{"echo", "$HOME", "`x`", "*", "~"});
  CHECK_FALSE(split_words("a 'b"));
  CHECK(filled_in({"--job={id}", "{folder}/x", "{folder}{folder}"}, "v-1", "/d") == Words{"--job=v-1", "/d/x", "/d/d"});
}
