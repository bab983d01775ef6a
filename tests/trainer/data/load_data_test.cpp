#include "trainer/data/load_data.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/trainer/data/data_files.h"
#include "trainer/data/gaussian_hierarchy.h"
#include "trainer/data/shapes.h"

namespace ssem::trainer {
TEST_CASE("generated data are the same for a seed and others for another") {
  for (const char* kind : {"gaussian_hierarchy", "shapes"}) {
    DatasetSpec spec = generated(kind);
    spec.train_per_class = 4;
    spec.test_per_class = 2;
    const auto first = load_data(spec, 1), again = load_data(spec, 1), other = load_data(spec, 2);
    REQUIRE(first);
    CHECK(first.value().train.pixels == again.value().train.pixels);
    CHECK(first.value().train.features == again.value().train.features);
    CHECK((first.value().train.pixels != other.value().train.pixels ||
           first.value().train.features != other.value().train.features));
  }
}

}  // namespace ssem::trainer
