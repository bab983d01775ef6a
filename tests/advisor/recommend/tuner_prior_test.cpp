#include "advisor/recommend/tuner_prior.h"

#include <doctest/doctest.h>

using namespace ssem;
using namespace ssem::advisor;

namespace {

TunerPrior prior_for(Goal goal, Convention convention = Convention::anchor_excluded) {
  ProblemFields fields;
  fields.classes = 5;
  fields.batch_size = 250;
  fields.dimension = 64;
  fields.sampling = Sampling::balanced;
  fields.goal = goal;
  fields.convention = convention;
  FaultList faults;
  RecommendationRequest request;
  request.problem = *check_problem(fields, faults);
  return tuner_prior(recommend(request));
}

}  // namespace

TEST_CASE("a tuner tries the recommended point first, and the choices where no goal is known") {
  CHECK(prior_for(Goal::transfer).points.size() == 1);
  const TunerPrior unknown = prior_for(Goal::unknown);
  CHECK(unknown.points.size() == 4);
  CHECK(unknown.evidence == Strength::weak);
}

TEST_CASE("the weaker the evidence and the flatter the variance, the wider a tuner looks, within bounds") {
  CHECK(prior_width(Strength::strong) < prior_width(Strength::medium));
  CHECK(prior_width(Strength::medium) < prior_width(Strength::weak));
  const TunerPrior steep = prior_for(Goal::unknown), flat = prior_for(Goal::retrieval);
  CHECK(steep.loss_weight_deviation < flat.loss_weight_deviation);
  for (const TunerPrior& prior : {steep, flat}) {
    CHECK(prior.loss_weight_deviation >= kLeastDeviation);
    CHECK(prior.loss_weight_deviation <= kMostDeviation);
  }
}

TEST_CASE("lines for three tuners carry the point and the strength") {
  const TunerPrior prior = prior_for(Goal::transfer);
  REQUIRE(prior.lines.size() == 3);
  for (const TunerLines& lines : prior.lines) {
    CAPTURE(lines.tuner);
    CHECK(lines.code.find("0.1") != std::string::npos);
    CHECK(lines.code.back() == '\n');
  }
  CHECK(prior.lines[1].code.find("prior_confidence=\"medium\"") != std::string::npos);
}

TEST_CASE("plain SupCon has nothing to tune") { CHECK(prior_for(Goal::unknown, Convention::supcon).points.empty()); }
