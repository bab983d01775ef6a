#include "api/processes/memory_share.h"

#include <doctest/doctest.h>

using ssem::api::processes::MemoryShare;

TEST_CASE("the largest of all goes when they take more than there is, and what has left takes nothing") {
  MemoryShare share(100);
  CHECK_FALSE(share.must_go(1, 60));
  {
    const MemoryShare::Guest guest(&share, 2);
    CHECK_FALSE(share.must_go(2, 40));
    CHECK_FALSE(share.must_go(2, 50));  // too much together, but the other one takes more
    CHECK(share.must_go(1, 60));
  }
  CHECK_FALSE(share.must_go(1, 100));
  CHECK(share.must_go(1, 101));
}
