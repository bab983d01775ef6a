#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "advisor/evaluation.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

Problem of(Convention convention, std::int64_t classes, std::int64_t instances, std::int64_t dimension,
           std::int64_t views = 2) {
  ProblemFields fields;
  fields.classes = classes;
  fields.instances_per_class = instances;
  fields.dimension = dimension;
  fields.convention = convention;
  fields.views = views;
  return checked(fields);
}

}  // namespace

TEST_CASE("loss weight 0 under a threshold of 0 lies on it: the margin is 0 and no nan") {
  const Evaluation got = evaluate({of(Convention::anchor_excluded, 3, 50, 3, 1), 0.0, 1e-4});
  CHECK(got.loss_weight_threshold == 0);
  CHECK(got.collapsed);
  CHECK(got.margin.loss_weight_logit == 0);
}

TEST_CASE("at temperatures so low that nothing pulls the sensitivity is a number") {
  const Problem problems[] = {of(Convention::supcon_in, 100, 2, std::numeric_limits<std::int32_t>::max(), 4),
                              of(Convention::negatives_only, 3, 5, 3)};
  const double loss_weights[] = {0.1, 0.999};
  for (int i = 0; i < 2; ++i) {
    CAPTURE(name(problems[i].convention));
    const Evaluation got = evaluate({problems[i], loss_weights[i], 1e-4});
    REQUIRE_FALSE(got.collapsed);
    CHECK(std::isfinite(got.sensitivity->within_per_log_temperature));
    CHECK(std::isfinite(got.sensitivity->within_per_loss_weight));
  }
}

TEST_CASE("on a line a loss beside SimCLR's collapses as the others do, and no spread of 0 is called uncollapsed") {
  for (const Convention convention : {Convention::negatives_only, Convention::supcon_in, Convention::anchor_excluded}) {
    CAPTURE(name(convention));
    const Problem line = of(convention, 2, 50, 1);
    const Evaluation below = evaluate({line, 0.999, 0.01});
    CHECK(below.collapsed);
    CHECK(*below.within_class_variance == 0);
    CHECK(below.temperature_threshold == 0);
    const Evaluation at_one = evaluate({line, 1.0, 0.01});
    CHECK_FALSE(at_one.collapsed);
    CHECK(*at_one.within_class_variance > 0);
  }
}
