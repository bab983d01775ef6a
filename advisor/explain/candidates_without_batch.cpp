#include <algorithm>
#include <array>
#include <cmath>

#include "advisor/explain/candidates.h"
#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr double kEqualFamily = 0.25;
constexpr double kChanceFamily = 0.05;
constexpr double kElse = 0.5;  // whatever else a loss below kHighestElse is
constexpr double kHighestElse = 20;
constexpr double kPrinted = 2e-5;  // of a value: single precision, means over some batches
constexpr double kSeen = 4;        // deviations
constexpr double kLargestFamily = 1 << 17;
constexpr double kMostClasses = 1000;

struct TriedScale {
  double scale;
  double weight;
  std::vector<OtherSetting> others;
};

// The usual sizes of a batch: powers of two from 16 on, multiples of 16, of 10 and of 25, and all the others.
double usual_batch(std::int64_t size) {
  if (size < 2 || size > (1 << 16)) return 0;
  double weight = 0.15 / (static_cast<double>(size) * std::log(65536.0));
  if (size >= 4 && (size & (size - 1)) == 0) weight += size < 16 ? 0.002 : 0.5 / 13;
  if (size % 16 == 0 && size <= 8192) weight += 0.2 / 512;
  if ((size % 10 == 0 || size % 25 == 0) && size <= 2000) weight += 0.15 / 240;
  return weight;
}

std::vector<TriedScale> tried_scales(const EvaluationRequest& request, const Unknown& unknown) {
  constexpr std::array<double, 5> kTemperatures{0.1, 0.5, 0.07, 0.2, 0.05};
  constexpr std::array<double, 5> kWeights{0.55, 0.15, 0.2, 0.05, 0.05};
  const auto& base = request.problem.base_temperature;
  std::vector<TriedScale> tried;
  const double other = base.value_or(kSupContrastBase);
  const double scaled = base ? 0.85 : 0.3;
  const auto add_scaled = [&](double temperature, double weight) {
    std::vector<OtherSetting> others;
    if (unknown.temperature) others.push_back({"temperature", number_text(temperature, 4)});
    if (!base) others.push_back({"base_temperature", number_text(other, 4)});
    tried.push_back({temperature / other, weight * scaled, std::move(others)});
  };
  if (unknown.temperature) {
    for (std::size_t i = 0; i < kTemperatures.size(); ++i) add_scaled(kTemperatures[i], kWeights[i]);
  } else {
    add_scaled(request.temperature, 1);
  }
  std::vector<OtherSetting> unscaled;
  if (base) unscaled.push_back({"base_temperature", "null"});
  tried.push_back({1, 1 - scaled, std::move(unscaled)});
  return tried;
}

}  // namespace

std::vector<Candidate> candidates_without_batch(const EvaluationRequest& request, const Unknown& unknown,
                                                double value) {
  std::vector<Candidate> list;
  const auto add = [&](State state, double weight, double expected, std::vector<OtherSetting> others) {
    Candidate& added = list.emplace_back();
    added.state = state;
    added.weight = weight;
    added.expected = expected;
    added.deviation = kPrinted * expected;
    added.others = std::move(others);
  };
  const auto views = request.problem.views;
  const double error = std::hypot(rounding_of(value), kPrinted * value);
  for (const TriedScale& tried : tried_scales(request, unknown)) {
    const double family = std::exp(value / tried.scale);
    if (!(family < kLargestFamily)) continue;
    const double reach = kSeen * family * error / tried.scale + 1e-6;
    if (reach > 40) continue;
    for (double keys = std::max(2.0, std::ceil(family - reach)); keys <= family + reach; ++keys) {
      const double expected = tried.scale * std::log(keys);
      const auto whole = static_cast<std::int64_t>(keys);
      const auto of_batch = [&](std::int64_t size, double weight, std::vector<OtherSetting> more) {
        const double usual = usual_batch(size);
        if (usual == 0) return;
        std::vector<OtherSetting> others{{"batch_size", std::to_string(size)}};
        others.insert(others.end(), tried.others.begin(), tried.others.end());
        others.insert(others.end(), more.begin(), more.end());
        add(State::all_equal, kEqualFamily * tried.weight * weight * usual, expected, std::move(others));
      };
      if ((whole + 1) % views == 0) of_batch((whole + 1) / views, 1, {});
      if (views > 1) of_batch(whole, 0.1, {{"keys", "one view's embeddings"}});
      if (views > 1) of_batch(whole + 1, 0.1, {{"views", "1"}});
      if (tried.scale == 1 && keys <= kMostClasses && (unknown.classes || whole == request.problem.classes)) {
        const double among = unknown.classes ? 1 / (keys * std::log(kMostClasses)) : 1;
        add(State::cross_entropy_at_chance, kChanceFamily * among, expected, {{"classes", std::to_string(whole)}});
      }
    }
  }
  Candidate& rest = list.emplace_back();
  rest.shape = Candidate::Shape::range;
  rest.weight = kElse;
  rest.low = std::min(0.0, value);
  rest.high = std::max(kHighestElse, value);
  return list;
}

}  // namespace ssem::advisor
