#include "advisor/numeric/split_mix.h"

#include <doctest/doctest.h>

namespace ssem::advisor {

TEST_CASE("SplitMix64 gives the numbers of its reference implementation") {
  CHECK(split_mix(0) == 0xE220A8397B1DCDAFULL);
  // The first three numbers of seed 1234567.
  CHECK(split_mix(1234567) == 6457827717110365317ULL);
  CHECK(split_mix_output(1234567 + 2 * kSplitMixStep) == 3203168211198807973ULL);
  CHECK(split_mix_output(1234567 + 3 * kSplitMixStep) == 9817491932198370423ULL);
}

}  // namespace ssem::advisor
