#include "api/jobs/datasets.h"

#include <doctest/doctest.h>

using namespace ssem;
using namespace ssem::api::jobs;

TEST_CASE("data sets have names, and their paths never show") {
  Datasets datasets;
  CHECK(datasets.find("shapes") != nullptr);
  CHECK_FALSE(datasets.add("mine=csv:/etc/hostname"));
  CHECK(datasets.add("mine=csv:/etc/hostname"));
  for (const char* wrong : {"", "=csv:/etc/hostname", "a/b=csv:/etc/hostname", "x=csv:/absent", "x=zip:/etc/hostname",
                            "x=csv", "x={\"kind\":\"csv\",\"path\":5}", "x={", "x=[]"}) {
    CAPTURE(wrong);
    CHECK(datasets.add(wrong));
  }
  CHECK(without_paths("line 3 of /etc/hostname: bad, see /etc/hostname", *datasets.find("mine")) ==
        "line 3 of mine: bad, see mine");
}
