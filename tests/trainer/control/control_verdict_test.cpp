#include "trainer/control/control_verdict.h"

#include <string>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

struct Case {
  double train_variance = 0.29;
  bool settled = true;
  bool cancelled = false;
};

Verdict verdict_of(const Case& given) {
  ControlReport control{0.3, 0.08, {0.18, 0.3, given.settled}};
  advisor::Evaluation predicted;
  predicted.within_class_variance = 0.41;
  Measured measured;
  measured.geometry.within_class_variance = 0.296;
  measured.train_geometry.emplace().within_class_variance = given.train_variance;
  RunFacts facts;
  facts.cancelled = given.cancelled;
  return judge_control(control, predicted, measured, facts);
}

}  // namespace

TEST_CASE(
    "a variance that is held by a settled weight is confirmed, with what to type and what the optimum would give") {
  const Verdict verdict = verdict_of({});
  CHECK(verdict.outcome == Outcome::confirmed);
  CHECK(verdict.cause == Cause::none);
  for (const char* part : {"from 0.08 to 0.18", "of 0.3", "0.29 on training", "0.296 on test", "would give 0.41"}) {
    CAPTURE(verdict.why);
    CHECK(verdict.why.find(part) != std::string::npos);
  }
}

TEST_CASE("a run that had not settled, or was cancelled, is inconclusive") {
  CHECK(verdict_of({0.29, false, false}).outcome == Outcome::inconclusive);
  CHECK(verdict_of({0.2, false, false}).cause == Cause::not_at_optimum);
  const Verdict cancelled = verdict_of({0.29, true, true});
  CHECK(cancelled.outcome == Outcome::inconclusive);
  CHECK(cancelled.why.find("cancelled") != std::string::npos);
}

TEST_CASE("batches that hold a variance which images without augmentation do not have are a refutation") {
  const Verdict verdict = verdict_of({0.2, true, false});
  CHECK(verdict.outcome == Outcome::refuted);
  CHECK(verdict.cause == Cause::encoder_cannot);
}

TEST_CASE("a target that the loss weight does not move the variance to is a refutation that says so") {
  ControlReport control{0.5, 0.08, {0.996, 0.4, false, true}};
  Measured measured;
  measured.train_geometry.emplace().within_class_variance = 0.4;
  const Verdict verdict = judge_control(control, {}, measured, {});
  CHECK(verdict.outcome == Outcome::refuted);
  CHECK(verdict.cause == Cause::encoder_cannot);
  CHECK(verdict.why.find("Out of reach: the loss weight went up") != std::string::npos);
  measured.train_geometry->within_class_variance = 0.49;
  CHECK(judge_control(control, {}, measured, {}).outcome == Outcome::inconclusive);
}

}  // namespace ssem::trainer
