#include "trainer/rest/rest_rule.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

constexpr double kTolerance = 1e-3;
constexpr int kMost = 100'000;

// The iteration at which the rule says rest, for a curve of the variance and one of the loss.
template <class Variance, class Loss>
std::optional<int> rest_of(Variance variance, Loss loss, int most = kMost) {
  RestRule rule(kTolerance);
  for (int k = 0; k < most; ++k) {
    rule.add(loss(k), variance(k));
    if (rule.at_rest()) return k;
  }
  return std::nullopt;
}

const auto kLevel = [](double) { return 2.0; };

}  // namespace

TEST_CASE("a decay to a limit is at rest once what is left of it is no more than the tolerance") {
  for (const double span : {3.0, 30.0, 300.0}) {
    const auto rest = rest_of([&](double k) { return 0.3 + 0.5 * std::exp(-k / span); }, kLevel);
    REQUIRE(rest);
    CHECK(0.5 * std::exp(-*rest / span) <= kTolerance);
    CHECK(*rest <= 40 + 20 * span);
  }
}

TEST_CASE("a decay that slows down as a power is not at rest while as much again is to come") {
  const auto rest = rest_of([](double k) { return 0.3 + 1 / std::sqrt(1 + k); }, kLevel, 1'000'000 / 4);
  if (rest) CHECK(1 / std::sqrt(1.0 + *rest) <= 3 * kTolerance);
}

TEST_CASE("a drift that was rest in a short window is none in the longer one") {
  // Falls, then drifts by half a tolerance in 40 iterations: a window of 40 would call that rest.
  const auto drifts = [](double k) { return k < 200 ? 0.5 - k / 1000 : 0.3 - 0.5 * kTolerance * (k - 200) / 40; };
  CHECK_FALSE(rest_of(drifts, kLevel, 5000));
}

TEST_CASE("a plateau that is short against the way to it is no rest, though the variance stands still on it") {
  const auto plateau = [](double k) { return k < 200 ? 0.6 - k / 1000 : k < 280 ? 0.4 : 0.3; };
  const auto rest = rest_of(plateau, kLevel);
  REQUIRE(rest);
  CHECK(*rest >= 500);
}

TEST_CASE("an oscillation larger than the tolerance is no rest, a smaller one is") {
  const auto wave = [](double size) { return [size](double k) { return 0.3 + size * std::sin(0.7 * k); }; };
  CHECK_FALSE(rest_of(wave(kTolerance), kLevel, 3000));
  CHECK(rest_of(wave(0.3 * kTolerance), kLevel) == RestRule::kLeastWindow);
}

TEST_CASE("a loss that still falls is no rest, whatever the variance does") {
  CHECK_FALSE(rest_of(
      kLevel, [](double k) { return 10 - 1e-3 * k; }, 3000));
  CHECK(rest_of(kLevel, kLevel) == RestRule::kLeastWindow);
}

TEST_CASE("without a tolerance, and with values that are no numbers, there is no rest") {
  RestRule exact(0), strange(kTolerance);
  for (int k = 0; k < 1000; ++k) {
    exact.add(2, 0.3);
    strange.add(2, std::nan(""));
  }
  CHECK_FALSE(exact.at_rest());
  CHECK_FALSE(strange.at_rest());
  CHECK(exact.moved() == 0);
}

TEST_CASE("what was seen is said with its figures") {
  RestRule rule(kTolerance);
  CHECK(std::isinf(rule.moved()));
  for (int k = 0; k <= 40; ++k) rule.add(2, 0.3 + 1e-5 * k);
  CHECK(rule.moved() == doctest::Approx(3.9e-4));
  CHECK(rule.why().find("last 40 iterations") != std::string::npos);
  CHECK(rule.why().find("0.00039") != std::string::npos);
  CHECK(rule.why().find("0.001") != std::string::npos);
}

}  // namespace ssem::trainer
