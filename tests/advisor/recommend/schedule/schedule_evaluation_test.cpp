// Schedules of temperatures from their definition, and evaluations over them against plain evaluations.
#include "advisor/recommend/schedule/schedule_evaluation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "advisor/recommendation.h"
#include "tests/advisor/problems.h"

using namespace ssem;
using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

TemperatureSchedule scheduled(const std::string& text) {
  const auto schedule = schedule_from(text);
  REQUIRE_MESSAGE(schedule, text);
  return schedule.value();
}

ScheduleEvaluation over(const Problem& problem, double loss_weight, const std::string& text) {
  return evaluate_schedule({problem, loss_weight, scheduled(text)});
}

}  // namespace

TEST_CASE("a schedule has the temperatures of its definition") {
  const TemperatureSchedule linear = scheduled("linear:0.5:0.1:1000");
  CHECK(linear.at(0) == 0.5);
  CHECK(linear.at(250) == doctest::Approx(0.4));
  CHECK(linear.at(1000) == doctest::Approx(0.1));
  const TemperatureSchedule cosine = scheduled("cosine:1:0.1:200:1000");
  CHECK(cosine.at(0) == doctest::Approx(1));
  CHECK(cosine.at(50) == doctest::Approx(0.55));
  CHECK(cosine.at(100) == doctest::Approx(0.1));
  CHECK(cosine.at(200) == doctest::Approx(1));
  const TemperatureSchedule learned = scheduled("learned:0.09:0.01");
  CHECK(learned.at(0.5) == doctest::Approx(0.03));
  const TemperatureSchedule points = scheduled("0:0.5,100:0.1,400:0.2");
  CHECK(points.at(50) == doctest::Approx(0.3));
  CHECK(points.at(250) == doctest::Approx(0.15));
  CHECK(points.at(400) == doctest::Approx(0.2));
}

TEST_CASE("what is no schedule is refused with the forms or the range that it breaks") {
  for (const char* text :
       {"", "linear", "linear:0.1:0.2", "linear:0.1:0.2:0", "linear:0.1:0.2:-5", "cosine:0.1:0.2:1e-320:5",
        "cosine:0.1:0.2:5", "cosine:0.1:1e9:5:10", "learned:0:0.1", "0:0.1", "0:0.1,0:0.2", "5:0.1,3:0.2",
        "0:0.1,1:nan", "linear:0.1:0.2:1e300", "0:0.1,1", "-1:0.1,1:0.2"}) {
    CAPTURE(text);
    const auto schedule = schedule_from(text);
    REQUIRE_FALSE(schedule);
    CHECK(schedule.error().fields.front().message.starts_with("must "));
  }
}

TEST_CASE("a rising temperature collapses the classes at the threshold of a plain evaluation") {
  const Problem problem = with_batch(10, 100);
  const double loss_weight = 0.2;
  const double threshold = evaluate({problem, loss_weight, 0.1}).temperature_threshold;
  REQUIRE(threshold > 0.1);
  REQUIRE(threshold < 2);
  const ScheduleEvaluation rising = over(problem, loss_weight, "linear:0.1:2.1:1000");
  REQUIRE(rising.crossings.size() == 1);
  CHECK(rising.crossings[0].into_collapse);
  CHECK(rising.crossings[0].at.temperature == doctest::Approx(threshold).epsilon(1e-9));
  CHECK(rising.crossings[0].at.step == doctest::Approx((threshold - 0.1) / 2 * 1000).epsilon(1e-9));
  CHECK(rising.collapsed_share == doctest::Approx((2.1 - threshold) / 2).epsilon(1e-9));
  CHECK(rising.points.back().collapsed);
}

TEST_CASE("a cosine crosses twice in a period and is judged by one, however often it repeats") {
  const Problem problem = with_batch(10, 100);
  const double threshold = evaluate({problem, 0.2, 0.1}).temperature_threshold;
  for (const char* text : {"cosine:1:0.1:200:200", "cosine:1:0.1:200:2050"}) {
    CAPTURE(text);
    const ScheduleEvaluation wave = over(problem, 0.2, text);
    REQUIRE(wave.crossings.size() == 2);
    CHECK_FALSE(wave.crossings[0].into_collapse);
    CHECK(wave.crossings[1].into_collapse);
    CHECK(wave.crossings[0].at.temperature == doctest::Approx(threshold).epsilon(1e-6));
    CHECK(wave.crossings[1].at.step == doctest::Approx(200 - wave.crossings[0].at.step).epsilon(1e-6));
    CHECK(wave.collapsed_share == doctest::Approx(2 * wave.crossings[0].at.step / 200).epsilon(1e-6));
    CHECK(wave.points.back().collapsed == (wave.points.back().at.temperature >= threshold));
  }
}

TEST_CASE("the safe loss weight collapses nowhere on the way, by the margin of recommendations") {
  const Problem problem = with_batch(100, 1024);
  const ScheduleEvaluation asked = over(problem, 0.3, "linear:0.5:0.07:5000");
  REQUIRE(asked.safe_loss_weight);
  const ScheduleEvaluation safe = over(problem, *asked.safe_loss_weight, "linear:0.5:0.07:5000");
  CHECK(safe.crossings.empty());
  CHECK(safe.collapsed_share == 0);
  double least = 1e300;
  for (const SchedulePoint& point : safe.points) {
    least = std::min(least, evaluate({problem, safe.asked.loss_weight, point.at.temperature}).margin.loss_weight_logit);
  }
  CHECK(least == doctest::Approx(kRequiredLossWeightLogitMargin).epsilon(1e-9));
}

TEST_CASE("where the loss weighs nothing there is no safe weight, and plain SupCon collapses all the way") {
  const Problem problem = with_batch(10, 100, Convention::supcon);
  const ScheduleEvaluation plain = evaluate_schedule({problem, std::nullopt, scheduled("linear:0.5:0.07:100")});
  CHECK_FALSE(plain.safe_loss_weight);
  CHECK(plain.collapsed_share == 1);
}

TEST_CASE("a learned temperature is said to be unknown, and CLIP's limit is named below it") {
  const Problem problem = with_batch(10, 100);
  const ScheduleEvaluation clip = over(problem, 0.5, "learned:0.07:0.01");
  REQUIRE(clip.warnings.size() == 1);
  CHECK(clip.warnings[0].code == "learned_temperature");
  CHECK(clip.warnings[0].message.find("half precision") == std::string::npos);
  CHECK(over(problem, 0.5, "learned:0.07:0.001").warnings[0].message.find("half precision") != std::string::npos);
}
