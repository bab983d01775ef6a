#include "advisor/explain/candidates.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "advisor/assumptions.h"
#include "advisor/explain/logged.h"
#include "advisor/model/plain_supcon.h"
#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

// Before the value is seen.
constexpr double kStart = 0.19;
constexpr double kOnePoint = 0.22;
constexpr double kCollapse = 0.17;
constexpr double kOptimum = 0.17;
constexpr double kNothingLearned = 0.05;  // somewhere between one point and random
constexpr double kOneClass = 0.01;
constexpr double kWrongPositives = 0.008;
constexpr double kNoPositives = 0.02;
constexpr double kChance = 0.02;
constexpr double kUnlabelled = 0.02;
constexpr double kBelowLabels = 0.04;
constexpr double kUnnormalised = 0.1;
constexpr double kBetween = 0.2;
constexpr double kAnything = 0.004;
constexpr double kLittleBelow = 0.02;  // the floor: classes, batches or a sampler a little other than said

constexpr double kTail = 0.03;  // of the way from one point: encoders hover above the optimum
constexpr double kLittle = 0.1;
constexpr double kApart = 0.02;     // of the value: closer, nothing lies between two states
constexpr double kOwnTail = 0.003;  // of the value: nearly one point
constexpr double kSingle = 1e-4;    // of a value: single precision
constexpr double kAtZero = 2e-4;
constexpr double kUsualShare = 0.6;  // of the usual dimension, where none was said

constexpr double kDefault = 0.6;  // of a library's own temperature, where none was said

struct TriedTemperature {
  double temperature;
  double weight;
};
constexpr std::array kUsualTemperatures{
    TriedTemperature{0.1, 0.26},  TriedTemperature{0.07, 0.26}, TriedTemperature{0.5, 0.13},
    TriedTemperature{0.2, 0.11},  TriedTemperature{0.05, 0.09}, TriedTemperature{1, 0.04},
    TriedTemperature{0.3, 0.03},  TriedTemperature{0.03, 0.02}, TriedTemperature{0.02, 0.02},
    TriedTemperature{0.01, 0.01}, TriedTemperature{0.15, 0.03}};
constexpr std::array<std::int64_t, 6> kOtherDimensions{64, 256, 512, 1024, 2048, 32};

using Others = std::vector<OtherSetting>;

Others joined(Others first, const Others& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

double embeddings_of(const Problem& problem) {
  const bool balanced = problem.sampling == Sampling::balanced && !problem.imbalanced();
  const std::int64_t images = balanced ? problem.instances_per_class * problem.classes_per_batch : problem.batch_size;
  return static_cast<double>(images * problem.views);
}

class Collector {
 public:
  explicit Collector(const Unknown& unknown) : unknown_(unknown) {}

  // The rungs of one setting in one way of logging.
  void add_rungs(const Rungs& rungs, const Logged& logged, double weight, const Others& others) {
    const Others all = joined(others, logged.others);
    const double share = weight * logged.weight;
    const double equal = rungs.all_equal.expected;
    point(State::all_equal, share * kOnePoint, rungs.all_equal, logged.scale, all).both_sides = true;
    list_.back().tail = kOwnTail * std::abs(list_.back().expected);
    if (unknown_.classes) return;
    const auto add_learned = [&](State state, double prior, const Rung& rung) {
      point(state, share * prior, rung, logged.scale, all).tail =
          std::max(kTail * logged.scale * (equal - rung.expected), 0.0);
    };
    if (rungs.collapsed) add_learned(State::collapsed, kCollapse, *rungs.collapsed);
    if (rungs.optimum) add_learned(State::optimum, kOptimum, *rungs.optimum);
  }

  void add_start(const Rung& rung, const Logged& logged, double weight, const Others& others) {
    point(State::initialisation, weight * logged.weight * kStart, rung, logged.scale, joined(others, logged.others));
  }

  Candidate& point(State state, double weight, const Rung& rung, double scale, Others others) {
    Candidate& added = list_.emplace_back();
    added.state = state;
    added.weight = weight;
    added.expected = rung.expected * scale;
    added.deviation = rung.deviation * scale;
    added.others = std::move(others);
    return added;
  }
  void range(State state, double weight, double low, double high, Others others = {}) {
    if (!(high > low)) return;
    Candidate& added = list_.emplace_back();
    added.state = state;
    added.shape = Candidate::Shape::range;
    added.weight = weight;
    added.low = low;
    added.high = high;
    added.others = std::move(others);
  }
  void above(State state, double weight, double low, Others others) {
    Candidate& added = list_.emplace_back();
    added.state = state;
    added.shape = Candidate::Shape::above;
    added.weight = weight;
    added.low = low;
    added.others = std::move(others);
  }

  std::vector<Candidate> take() && { return std::move(list_); }

 private:
  Unknown unknown_;
  std::vector<Candidate> list_;
};

// The problem with something else in it, and how likely that is before the value is seen.
struct Tried {
  Problem problem;
  double weight;
  Others others;
};

std::vector<Tried> other_problems(const Problem& problem, bool classes_known) {
  std::vector<Tried> tried;
  const auto add = [&](Problem other, double weight, OtherSetting setting) {
    tried.push_back({std::move(other), weight, {std::move(setting)}});
  };
  if (problem.convention == Convention::supcon) {
    Problem views = problem;
    views.views = problem.views > 1 ? 1 : 2;
    add(views, 0.05, {"views", std::to_string(views.views)});
  }
  for (const std::int64_t gpus : {2, 4, 8}) {
    Problem apart = problem;
    const bool balanced = problem.sampling == Sampling::balanced && !problem.imbalanced();
    const std::int64_t share = balanced ? problem.instances_per_class : problem.batch_size;
    if (problem.gpus_apart > 1 || share % gpus != 0 || share / gpus < (balanced ? 1 : 2)) break;
    apart.batch_size = problem.batch_size / gpus;
    apart.instances_per_class = problem.instances_per_class / gpus;
    if (apart.instances_per_class < 1 && balanced) break;
    add(apart, 0.03, {"gpus", std::to_string(gpus)});
  }
  if (classes_known && problem.convention != Convention::anchor_included && problem.unsaid.convention) {
    Problem included = problem;
    included.convention = Convention::anchor_included;
    if (!has_fixed_loss_weight(problem.convention)) add(included, 0.03, {"convention", "anchor_included"});
  }
  if (const auto other = classes_known ? with_other_sampling(problem) : std::nullopt) {
    add(*other, 0.15, {"sampling", std::string(name(other->sampling))});
  }
  return tried;
}

void add_at_temperature(Collector& into, const EvaluationRequest& request, const Unknown& unknown, double weight,
                        const Others& others) {
  const Problem& problem = request.problem;
  const double embeddings = embeddings_of(problem);
  const std::vector<Logged> ways = ways_to_log(request, embeddings);
  const Rungs rungs = others.empty() && !unknown.classes ? rungs_of(request) : tried_rungs_of(request);
  for (const Logged& way : ways) {
    into.add_rungs(rungs, way, weight, others);
    if (problem.dimension) {
      if (rungs.initialisation) into.add_start(*rungs.initialisation, way, weight, others);
      continue;
    }
    const bool known_way = way.others.empty();
    if (const auto usual = initialisation_in(request, kUsualDimension)) {
      into.add_start(*usual, way, weight * kUsualShare, others);
    }
    if (!known_way) continue;
    for (const std::int64_t dimension : kOtherDimensions) {
      const double each = (1 - kUsualShare) / static_cast<double>(kOtherDimensions.size());
      const auto rung = initialisation_in(request, dimension);
      const Others with = joined(others, {{"dimension", std::to_string(dimension)}});
      if (rung) into.add_start(*rung, way, weight * each, with);
    }
  }
  const double scale = ways.front().scale;
  const double equal = rungs.all_equal.expected;
  const std::optional<Rung> start =
      problem.dimension ? rungs.initialisation : initialisation_in(request, kUsualDimension);
  const double top = scale * (start ? std::max(start->expected, equal) : equal);
  double floor = 0;
  if (!unknown.classes && rungs.collapsed) floor = rungs.collapsed->expected;
  if (!unknown.classes && rungs.optimum) floor = std::min(floor, rungs.optimum->expected);
  into.range(State::unclear, weight * kBetween, std::min(scale * floor, top - 1e-9), top, others);
  into.range(State::unclear, weight * kAnything, -top, 3 * top, others);
  if (top > scale * equal * (1 + kApart)) {
    into.range(State::initialisation, weight * kNothingLearned, scale * equal, top, others);
  }
  if (top > 0) into.above(State::unnormalised_input, weight * kUnnormalised, top, others);
  into.range(State::unclear, weight * kLittleBelow, scale * floor * (1 - kLittle), scale * floor, others);
  const Rung anything{equal, rungs.all_equal.deviation};
  into.point(State::one_class_batch, weight * kOneClass, anything, scale, others);
  if (start) into.point(State::wrong_positives, weight * kWrongPositives, *start, scale, others);
  if (!rungs.without_labels || unknown.classes) return;
  const double unlabelled = rungs.without_labels->expected;
  if (unlabelled >= floor) return;
  into.point(State::labels_missing, weight * kUnlabelled, *rungs.without_labels, scale, others).tail =
      kTail * scale * (floor - unlabelled);
  into.range(State::labels_missing, weight * kBelowLabels, scale * unlabelled, scale * floor, others);
}

// Anchors without a positive left out of the mean, as pytorch-metric-learning does, not counted as 0.
void add_unscaled_by_positives(Collector& into, const EvaluationRequest& request, const Rungs& rungs, double scale) {
  const Convention convention = request.problem.convention;
  if (convention == Convention::cross_view || convention == Convention::negatives_only) return;  // fewer are met
  const double others = embeddings_of(request.problem) - (convention == Convention::dcl ? 2 : 1);
  const double equal = rungs.all_equal.expected;
  if (!(others > 1) || !(equal > 0) || equal > std::log(others) * (1 - 1e-6)) return;
  if (convention == Convention::anchor_included) return;
  const double factor = std::log(others) / equal;
  Rungs whole;
  whole.all_equal = {rungs.all_equal.expected * factor, rungs.all_equal.deviation};
  const Others setting{{"anchors", "those with a positive alone"}};
  into.add_rungs(whole, {scale, 1, {}}, 0.3, setting);
  if (const auto start = initialisation_in(request, request.problem.dimension.value_or(kUsualDimension))) {
    into.add_start({start->expected * factor, start->deviation}, {scale, 1, {}}, 0.3, setting);
  }
}

void add_other_problems(Collector& into, const EvaluationRequest& request, const Unknown& unknown, double weight) {
  const bool mixed = may_be_mixed(request.problem.convention) && request.loss_weight.value_or(0) > 0;
  if (mixed) return;
  const double scale = ways_to_log(request, 1).front().scale;
  for (const Tried& tried : other_problems(request.problem, !unknown.classes)) {
    const EvaluationRequest there{tried.problem, request.loss_weight, request.temperature};
    const Rungs rungs = tried_rungs_of(there);
    into.add_rungs(rungs, {scale, 1, {}}, weight * tried.weight, tried.others);
    const auto start = initialisation_in(there, request.problem.dimension.value_or(kUsualDimension));
    if (start) into.add_start(*start, {scale, 1, {}}, weight * tried.weight, tried.others);
  }
  // Keys of the other view alone: B of them, or N with the anchor itself.
  const double embeddings = embeddings_of(request.problem);
  const auto views = static_cast<double>(request.problem.views);
  const auto add_keys = [&](double keys, double share, const char* which) {
    if (!(keys > 1)) return;
    const double value = std::log(keys);
    into.point(State::all_equal, weight * share * kOnePoint, {value, kSingle * value}, scale, {{"keys", which}});
  };
  if (views > 1) add_keys(embeddings / views, 0.05, "one view's embeddings");
  if (views > 1 && request.problem.convention != Convention::supcon) {
    add_keys(embeddings / views - 1, 0.03, "one view's embeddings without the anchor");
  }
  if (request.problem.convention != Convention::anchor_included) add_keys(embeddings, 0.03, "the anchor too");
}

}  // namespace

std::vector<Candidate> candidates(const EvaluationRequest& request, const Unknown& unknown) {
  Collector into(unknown);
  const bool own = !unknown.temperature || unknown.usual_temperature;
  const double own_weight = unknown.temperature ? kDefault : 1;
  if (own) {
    add_at_temperature(into, request, unknown, own_weight, {});
    add_other_problems(into, request, unknown, own_weight);
    add_unscaled_by_positives(into, request, tried_rungs_of(request), ways_to_log(request, 1).front().scale);
  }
  for (const TriedTemperature& tried : kUsualTemperatures) {
    if (!unknown.temperature || (own && tried.temperature == request.temperature)) continue;
    EvaluationRequest there = request;
    there.temperature = tried.temperature;
    add_at_temperature(into, there, unknown, (own ? 1 - kDefault : 1) * tried.weight,
                       {{"temperature", number_text(tried.temperature, 4)}});
  }
  if (!unknown.classes) {
    const auto classes = static_cast<double>(request.problem.classes);
    into.point(State::cross_entropy_at_chance, kChance, {std::log(classes), 5e-4 * std::log(classes)}, 1, {});
  }
  into.point(State::no_positives, kNoPositives, {0, kAtZero}, 1, {});
  return std::move(into).take();
}

}  // namespace ssem::advisor
