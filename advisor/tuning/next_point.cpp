#include "advisor/tuning/next_point.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "advisor/tuning/gaussian_process.h"
#include "advisor/tuning/quasi_random.h"
#include "advisor/tuning/transferred_process.h"

namespace ssem::advisor::tuning {
namespace {

constexpr std::size_t kMostRows = 128;
constexpr Eigen::Index kFittedRows = 64;
constexpr std::uint64_t kSpreadCandidates = 192;
constexpr std::uint64_t kLocalCandidates = 12;  // around each of the best, at each radius
constexpr std::uint64_t kRefinements = 24;
constexpr std::size_t kLocalCentres = 3;
constexpr std::size_t kPriorSpreadPoints = 2;  // where the goal's evidence says where to look
constexpr double kPreferred = -2;              // within two widths of what the goal's evidence speaks for
constexpr std::uint64_t kPlainEvery = 3;  // of so many points one is looked for without prior and earlier searches ...
constexpr std::size_t kPlainFrom = 4;     // ... once there are so many results
constexpr double kOutlier = 4.0;          // times the way from the best value to the median

// Values worse than usual say where not to go, not how the rest of the surface bends.
Eigen::VectorXd bounded_values(const std::vector<Observation>& observations) {
  std::vector<double> sorted;
  sorted.reserve(observations.size());
  for (const Observation& each : observations) sorted.push_back(each.value);
  std::sort(sorted.begin(), sorted.end());
  const auto finite = [](double value) { return std::isfinite(value); };
  const auto first = std::find_if(sorted.begin(), sorted.end(), finite);
  const double lowest = first == sorted.end() ? 0.0 : *first;
  const double median = sorted[sorted.size() / 2];
  const auto last = std::find_if(sorted.rbegin(), sorted.rend(), finite);
  double highest = last == sorted.rend() ? 1.0 : *last;
  if (std::isfinite(median) && median > lowest) highest = std::min(highest, median + kOutlier * (median - lowest));
  // Where everything finite is alike, infinities must still differ from it.
  const double worse =
      highest > lowest ? highest + 0.5 * (highest - lowest) : highest + std::max(std::abs(highest), 1.0);
  Eigen::VectorXd values(static_cast<Eigen::Index>(observations.size()));
  for (std::size_t row = 0; row < observations.size(); ++row) {
    const double value = observations[row].value;
    double kept = std::min(value, highest);
    if (std::isinf(value)) kept = value > 0 ? worse : lowest - std::max(std::abs(lowest), 1.0);
    values(static_cast<Eigen::Index>(row)) = kept;
  }
  return values;
}

// Best and latest in turn, so that the first rows are the ones to fit on.
std::vector<Observation> chosen_rows(const std::vector<Observation>& observations, std::size_t most) {
  std::vector<std::size_t> by_value(observations.size());
  std::iota(by_value.begin(), by_value.end(), 0);
  std::stable_sort(by_value.begin(), by_value.end(),
                   [&](std::size_t a, std::size_t b) { return observations[a].value < observations[b].value; });
  std::vector<bool> taken(observations.size(), false);
  std::vector<Observation> rows;
  const auto take = [&](std::size_t index) {
    if (taken[index] || rows.size() >= most) return;
    taken[index] = true;
    rows.push_back(observations[index]);
  };
  for (std::size_t k = 0; k < observations.size(); ++k) {
    take(by_value[k]);
    take(observations.size() - 1 - k);
  }
  return rows;
}

Eigen::MatrixXd matrix_of(const std::vector<std::vector<double>>& rows, std::size_t columns) {
  Eigen::MatrixXd matrix(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(columns));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) = rows[row][column];
    }
  }
  return matrix;
}

// A point near `centre`; a choice changes now and then.
UnitPoint near(const SearchSpace& space, const UnitPoint& centre, double radius, const UnitPoint& random) {
  UnitPoint unit = centre;
  for (std::size_t axis = 0; axis < unit.size(); ++axis) {
    if (space.axes()[axis].kind == Axis::Kind::categorical) {
      if (random[axis] < radius) unit[axis] = random[axis] / radius;
    } else {
      unit[axis] = std::clamp(unit[axis] + radius * (2 * random[axis] - 1), 0.0, 1.0);
    }
  }
  return unit;
}

struct Candidate {
  UnitPoint unit;
  double improvement = 0;
  Prediction prediction;
};

template <class Model>
std::vector<Candidate> judged(const SearchSpace& space, const Model& model, double best, double power,
                              std::vector<UnitPoint> units) {
  std::vector<std::vector<double>> coordinates;
  coordinates.reserve(units.size());
  for (const UnitPoint& unit : units) coordinates.push_back(space.coordinates_at(unit));
  const std::vector<Prediction> predictions = model.at(matrix_of(coordinates, space.groups().size()));
  std::vector<Candidate> candidates;
  for (std::size_t k = 0; k < units.size(); ++k) {
    const double preferred = std::exp(power * space.log_prior(units[k]));
    const double shown = shown_share(predictions[k], model.noise_deviation());
    candidates.push_back(
        {std::move(units[k]), preferred * shown * expected_improvement(predictions[k], best), predictions[k]});
  }
  // Where no improvement is left to expect, the least known comes first.
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    if (a.improvement != b.improvement) return a.improvement > b.improvement;
    return a.prediction.deviation > b.prediction.deviation;
  });
  return candidates;
}

bool is_known(const History& history, const Values& values) {
  return std::any_of(history.observations.begin(), history.observations.end(),
                     [&](const Observation& observations) { return observations.values == values; }) ||
         std::find(history.pending.begin(), history.pending.end(), values) != history.pending.end();
}

// The first that theory admits and nobody has tried; else the first admitted; else the first.
NextPoint best_of(const SearchSpace& space, const History& history, const std::vector<Candidate>& candidates) {
  constexpr std::size_t kMostLooks = 64;
  std::optional<NextPoint> repeated;
  for (std::size_t k = 0; k < std::min(candidates.size(), kMostLooks); ++k) {
    NextPoint point{space.values_at(candidates[k].unit), true, candidates[k].prediction.mean,
                    candidates[k].prediction.deviation,  0,    true};
    if (!space.admits(point.values)) continue;
    if (!is_known(history, point.values)) return point;
    if (!repeated) repeated = point;
  }
  if (repeated) return *repeated;
  return {space.values_at(candidates.front().unit), true, candidates.front().prediction.mean,
          candidates.front().prediction.deviation,  0,    !space.has_theory()};
}

NextPoint spread_point(const SearchSpace& space, const History& history, std::uint64_t seed, std::uint64_t number) {
  constexpr std::uint64_t kTries = 64;
  const QuasiRandom spread(space.axes().size(), seed);
  std::optional<NextPoint> repeated;
  NextPoint point;
  for (std::uint64_t attempt = 0; attempt < kTries; ++attempt) {
    // Later tries lie far behind the numbers that trials count.
    const UnitPoint unit = spread.point(number + attempt * 0x10000);
    point.values = space.values_at(unit);
    point.admitted = space.admits(point.values);
    if (!point.admitted) continue;
    if (space.log_prior(unit) > kPreferred && !is_known(history, point.values)) return point;
    if (!repeated) repeated = point;
  }
  return repeated.value_or(point);
}

// Whether its coordinates mean what this search's do: where all of one problem collapses, theory has no say in them.
bool is_comparable(const SearchSpace& space, const EarlierSearch& earlier) {
  return !earlier.observations.empty() && earlier.space.has_theory() == space.has_theory() &&
         earlier.space.groups() == space.groups();
}

bool has_earlier_results(const SearchSpace& space, const History& history) {
  return std::any_of(history.earlier.begin(), history.earlier.end(),
                     [&](const EarlierSearch& each) { return is_comparable(space, each); });
}

Eigen::MatrixXd coordinates_of(const SearchSpace& space, const std::vector<Observation>& rows) {
  std::vector<std::vector<double>> coordinates;
  coordinates.reserve(rows.size());
  for (const Observation& row : rows) coordinates.push_back(space.coordinates_of(row.values));
  return matrix_of(coordinates, space.groups().size());
}

std::vector<EarlierResults> seen_earlier(const SearchSpace& space, const History& history) {
  std::vector<EarlierResults> seen;
  const std::size_t most = kMostRows / std::max<std::size_t>(history.earlier.size(), 1);
  for (const EarlierSearch& each : history.earlier) {
    if (!is_comparable(space, each)) continue;
    const std::vector<Observation> rows = chosen_rows(each.observations, std::max<std::size_t>(most, 8));
    seen.push_back({coordinates_of(each.space, rows), bounded_values(rows)});
  }
  return seen;
}

// The best values seen: of rows that hold the best and the latest in turn.
std::vector<Values> best_values(const std::vector<Observation>& rows) {
  std::vector<Values> best;
  for (std::size_t row = 0; row < std::min(rows.size(), 2 * kLocalCentres); row += 2) best.push_back(rows[row].values);
  return best;
}

// The point of highest expected improvement; `model` knows the pending points, near the `centres` is looked closer.
template <class Model>
NextPoint improving_point(const SearchSpace& space, const History& history, const Model& model, double best,
                          double power, const std::vector<Values>& centres, std::uint64_t stream) {
  const QuasiRandom random(space.axes().size(), stream);
  std::uint64_t drawn = 0;
  std::vector<UnitPoint> units;
  for (std::uint64_t k = 0; k < kSpreadCandidates; ++k) units.push_back(random.point(drawn++));
  for (const Values& centre : centres) {
    const UnitPoint around = space.unit_of(centre);
    for (const double radius : {0.2, 0.05}) {
      for (std::uint64_t k = 0; k < kLocalCandidates; ++k)
        units.push_back(near(space, around, radius, random.point(drawn++)));
    }
  }
  std::vector<Candidate> candidates = judged(space, model, best, power, std::move(units));
  for (const double radius : {0.04, 0.01}) {
    std::vector<UnitPoint> closer;
    for (std::uint64_t k = 0; k < kRefinements; ++k) {
      closer.push_back(near(space, candidates.front().unit, radius, random.point(drawn++)));
    }
    const std::vector<Candidate> refined = judged(space, model, best, power, std::move(closer));
    if (refined.front().improvement > candidates.front().improvement) {
      candidates.insert(candidates.begin(), refined.begin(), refined.end());
    }
  }
  NextPoint point = best_of(space, history, candidates);
  point.best = best;
  return point;
}

}  // namespace

double prior_power(const History& history) {
  return kPriorTrials / static_cast<double>(std::max<std::size_t>(history.observations.size(), 1));
}

std::size_t spread_points(const SearchSpace& space, const History& history) {
  if (has_earlier_results(space, history)) return 0;
  if (space.has_prior()) return kPriorSpreadPoints;
  const auto moving =
      std::count_if(space.axes().begin(), space.axes().end(), [](const Axis& a) { return !a.single(); });
  return std::clamp<std::size_t>(2 * static_cast<std::size_t>(moving) + 2, 4, 16);
}

NextPoint next_point(const SearchSpace& space, const History& history, std::uint64_t seed, std::uint64_t number) {
  const std::vector<EarlierResults> earlier = seen_earlier(space, history);
  const bool too_few = history.observations.size() < spread_points(space, history);
  if (too_few || space.axes().empty() || (history.observations.empty() && earlier.empty())) {
    return spread_point(space, history, seed, number);
  }
  const std::vector<Observation> rows = chosen_rows(history.observations, kMostRows);
  const Eigen::MatrixXd points = coordinates_of(space, rows);
  std::vector<Observation> tried;
  for (const Values& values : history.pending) {
    if (tried.size() < kMostRows / 2) tried.push_back({values, 0.0});
  }
  const Eigen::MatrixXd pending = coordinates_of(space, tried);
  const std::uint64_t stream = mixed(seed ^ mixed(number));
  // What is believed beforehand may be wrong: a search that it leads astray loses no more than every third trial to it.
  const bool plain = history.observations.size() >= kPlainFrom && number % kPlainEvery == kPlainEvery - 1;
  const double power = plain ? 0 : prior_power(history);
  if (!earlier.empty() && !plain) {
    const Eigen::VectorXd values = rows.empty() ? Eigen::VectorXd() : bounded_values(rows);
    const TransferredProcess process(earlier, points, values, space.groups(), kFittedRows);
    std::vector<Values> centres = best_values(rows);
    for (const EarlierSearch& each : history.earlier) {
      const std::vector<Values> best = best_values(chosen_rows(each.observations, 2));
      centres.insert(centres.end(), best.begin(), best.end());
    }
    return improving_point(space, history, process.condition_on(pending), process.lowest_mean(), power, centres,
                           stream);
  }
  const GaussianProcess process(points, bounded_values(rows), space.groups(), kFittedRows);
  return improving_point(space, history, process.condition_on(pending), process.lowest_mean(), power, best_values(rows),
                         stream);
}

}  // namespace ssem::advisor::tuning
