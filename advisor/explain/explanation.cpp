#include "advisor/explain/explanation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "advisor/explain/words.h"
#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr double kShown = 0.002;  // of the likelihood
constexpr double kOtherWay = 0.01;
constexpr double kResolved = 0.25;  // whole numbers are told apart
constexpr double kAsLikely = 0.1;
constexpr double kUsualTemperature = 0.1;
constexpr std::size_t kMostRows = 16;
constexpr double kSameValue = 1e-7;

struct Weighed {
  Candidate candidate;
  double likelihood;
};

std::vector<Weighed> weighed(std::vector<Candidate> list, double value, double rounding) {
  std::vector<Weighed> all;
  double sum = 0;
  for (Candidate& candidate : list) {
    const double likelihood = candidate.weight * density(candidate, value, rounding);
    sum += likelihood;
    all.push_back({std::move(candidate), likelihood});
  }
  for (Weighed& each : all) each.likelihood = sum > 0 ? each.likelihood / sum : 0;
  return all;
}

struct Likeliest {
  State state;
  double likelihood;
};

Likeliest likeliest_state(const std::vector<Weighed>& all) {
  std::map<State, double> sums;
  for (const Weighed& each : all) sums[each.candidate.state] += each.likelihood;
  Likeliest best{State::unclear, 0};
  for (const auto& [state, sum] : sums) {
    if (sum > best.likelihood) best = {state, sum};
  }
  return best.likelihood >= kClear ? best : Likeliest{State::unclear, best.likelihood};
}

bool same_settings(const std::vector<OtherSetting>& left, const std::vector<OtherSetting>& right,
                   std::string_view apart_from = "") {
  const auto in = [&](const OtherSetting& setting, const std::vector<OtherSetting>& list) {
    return setting.field == apart_from || std::any_of(list.begin(), list.end(), [&](const OtherSetting& each) {
             return each.field == setting.field && each.value == setting.value;
           });
  };
  const auto all_in = [&](const auto& part, const auto& whole) {
    return std::all_of(part.begin(), part.end(), [&](const OtherSetting& setting) { return in(setting, whole); });
  };
  return all_in(left, right) && all_in(right, left);
}

// One row for candidates that nobody could tell apart: the same state under the same settings, or at the same value
// whatever the temperature is.
std::vector<StateRow> rows_of(std::vector<Weighed> all, double value, double rounding) {
  std::stable_sort(all.begin(), all.end(),
                   [](const Weighed& left, const Weighed& right) { return left.likelihood > right.likelihood; });
  std::vector<StateRow> rows;
  for (const Weighed& each : all) {
    const Candidate& candidate = each.candidate;
    if (candidate.state == State::unclear) continue;
    const double expected = nearest(candidate, value);
    const auto alike = std::find_if(rows.begin(), rows.end(), [&](const StateRow& row) {
      if (row.state != candidate.state) return false;
      const bool same_value = std::abs(row.expected - expected) <= kSameValue * std::max(1.0, std::abs(expected));
      return same_settings(row.others, candidate.others) ||
             (same_value && same_settings(row.others, candidate.others, "temperature"));
    });
    if (alike == rows.end()) {
      rows.push_back({candidate.state, expected, value - expected, tolerance(candidate, rounding), each.likelihood,
                      candidate.others});
      continue;
    }
    if (!same_settings(alike->others, candidate.others) && each.likelihood > kAsLikely * alike->likelihood) {
      std::erase_if(alike->others, [](const OtherSetting& setting) { return setting.field == "temperature"; });
    }
    alike->likelihood += each.likelihood;
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const StateRow& left, const StateRow& right) { return left.likelihood > right.likelihood; });
  std::erase_if(rows, [](const StateRow& row) { return row.likelihood < kShown && !row.others.empty(); });
  if (rows.size() > kMostRows) rows.resize(kMostRows);
  return rows;
}

// What was said, and where that is no temperature the one that is tried.
const Candidate* as_said(const std::vector<Candidate>& list, State state, std::string_view temperature = "") {
  for (const Candidate& each : list) {
    if (each.state != state || each.shape != Candidate::Shape::point) continue;
    const bool only_tried =
        each.others.size() == 1 && each.others[0].field == "temperature" && each.others[0].value == temperature;
    if (each.others.empty() || only_tried) return &each;
  }
  return nullptr;
}

std::string temperature_of(const Explanation& answer) {
  for (const StateRow& row : answer.states) {
    for (const OtherSetting& other : row.others) {
      if (other.field == "temperature") return other.value;
    }
  }
  return number_text(kUsualTemperature);
}

Compared compared_with(const ExplanationRequest& request, const Explanation& answer,
                       const std::vector<Candidate>& list) {
  Compared compared{request, answer, {}, {}, {}, false};
  const std::string tried = request.unknown.temperature ? temperature_of(answer) : "";
  if (const Candidate* start = as_said(list, State::initialisation, tried)) compared.start = start->expected;
  if (const Candidate* equal = as_said(list, State::all_equal, tried)) compared.all_equal = equal->expected;
  if (const Candidate* optimum = as_said(list, State::optimum, tried)) compared.floor = optimum->expected;
  if (const Candidate* collapsed = as_said(list, State::collapsed, tried); collapsed != nullptr && !compared.floor) {
    compared.floor = collapsed->expected;
    compared.floor_is_collapse = true;
  }
  return compared;
}

// What the course of the curve says where its last value leaves it open.
State with_course(State state, const Compared& compared, const CurveCourse& course) {
  if (course.not_finite_since) return State::diverged;
  const double end = course.end.value;
  const double highest = std::max(compared.start.value_or(0), compared.all_equal.value_or(0));
  if (course.grows && end > highest * 1.02) return State::diverged;
  const bool open = state == State::unclear || state == State::initialisation || state == State::wrong_positives;
  if (!open || course.points < 3) return state;
  if (course.stands_still) {
    const bool above = !compared.floor || end > *compared.floor;
    return above && end <= highest * 1.02 ? State::stuck : state;
  }
  return end < course.start.value && !course.grows ? State::learning : state;
}

// A value that a curve was smoothed to is as good as its noise allows.
double rounding_in(const CurveCourse& course, double value) {
  const double window = std::max(1.0, std::floor(static_cast<double>(course.points) / 20));
  return std::max(rounding_of(value), std::sqrt(3.0) * 1.25 * course.noise / std::sqrt(window));
}

void read_curve(CurveReading& curve, const ExplanationRequest& request, const std::vector<Candidate>& list) {
  const auto state_at = [&](const LoggedPoint& point) {
    if (!std::isfinite(point.value)) return State::diverged;
    return likeliest_state(weighed(list, point.value, rounding_in(curve.course, point.value))).state;
  };
  curve.start = state_at(curve.course.start);
  curve.end = curve.course.not_finite_since ? State::diverged : state_at(curve.course.end);
  for (const State level : {State::initialisation, State::all_equal, State::collapsed, State::optimum}) {
    const Candidate* at = as_said(list, level);
    if (at == nullptr) continue;
    if (const auto step = fell_below(request.curve, at->expected))
      curve.crossed.push_back({level, at->expected, *step});
  }
}

bool is_way_to_log(const OtherSetting& setting) {
  return setting.field == "base_temperature" || setting.field == "reduction" || setting.field == "logarithm";
}

// A curve is logged in one way: where its start is clearly as said, so is its end.
void keep_way_to_log(std::vector<Candidate>& list, const CurveCourse& course) {
  const double value = course.start.value;
  if (!std::isfinite(value)) return;
  const std::vector<Weighed> at_start = weighed(list, value, rounding_in(course, value));
  if (likeliest_state(at_start).state == State::unclear) return;
  const std::vector<StateRow> rows = rows_of(at_start, value, rounding_in(course, value));
  if (rows.empty() || std::any_of(rows.front().others.begin(), rows.front().others.end(), is_way_to_log)) return;
  for (Candidate& each : list) {
    if (std::any_of(each.others.begin(), each.others.end(), is_way_to_log)) each.weight *= kOtherWay;
  }
}

std::vector<Assumption> taken_for_granted(const ExplanationRequest& request) {
  std::vector<Assumption> assumed;
  const Unknown& unknown = request.unknown;
  if (unknown.convention) {
    assumed.push_back({"convention", std::string(name(Convention::supcon)),
                       "Plain SupCon, since neither a loss nor a loss weight was given.", std::nullopt});
  }
  if (!request.settings.problem.dimension && !unknown.batch) {
    assumed.push_back({"dimension", kUsualDimension,
                       "The usual size of a projection; others from 32 to 2048 are tried. Only the value at the start "
                       "depends on it.",
                       std::nullopt});
  }
  if (unknown.classes || unknown.batch) return assumed;
  for (Assumption& each : assumptions(request.settings.problem)) assumed.push_back(std::move(each));
  return assumed;
}

Error missing(const ExplanationRequest& request, double value) {
  const std::string shown = number_text(value, 6);
  if (request.unknown.batch) {
    std::string message = "is required: the value " + shown + " alone does not tell";
    const double family = std::exp(value);
    const double whole = std::round(family);
    const double error = family * std::hypot(rounding_of(value), 2e-5 * value);
    if (whole >= 2 && whole <= 1000 && 4 * error < kResolved && std::abs(family - whole) <= std::max(4 * error, 1e-9)) {
      const std::string keys = grouped_text(whole);
      message += ". It is log(" + keys + "), as of " + grouped_text(whole + 1) +
                 " embeddings at one point and of cross-entropy over " + keys + " classes at chance";
    }
    return field_error("/batch_size", message);
  }
  return field_error("/classes", "is required: the value " + shown +
                                     " is neither that of embeddings at one point nor that of the start, and what the "
                                     "loss can reach depends on the classes");
}

}  // namespace

Result<Explanation> explain(const ExplanationRequest& request) {
  Explanation answer;
  if (request.loss_value) {
    answer.loss_value = *request.loss_value;
  } else {
    const CurveCourse course = course_of(request.curve);
    answer.curve = CurveReading{course, State::unclear, State::unclear, {}};
    answer.loss_value = course.not_finite_since ? request.curve.back().value : course.end.value;
  }
  const double value = answer.loss_value;
  answer.assumed = taken_for_granted(request);
  if (!std::isfinite(value)) {
    answer.most_likely = State::diverged;
    answer.states = {{State::diverged, value, 0, 0, 1, {}}};
    const std::vector<Candidate> list =
        request.unknown.batch ? std::vector<Candidate>{} : candidates(request.settings, request.unknown);
    if (answer.curve) read_curve(*answer.curve, request, list);
    const Compared compared = compared_with(request, answer, list);
    answer.why = why_words(compared);
    answer.next = next_words(compared);
    return answer;
  }
  const double rounding = answer.curve ? rounding_in(answer.curve->course, value) : rounding_of(value);
  std::vector<Candidate> list = request.unknown.batch
                                    ? candidates_without_batch(request.settings, request.unknown, value)
                                    : candidates(request.settings, request.unknown);
  if (answer.curve && !request.unknown.batch) keep_way_to_log(list, answer.curve->course);
  const std::vector<Weighed> all = weighed(list, value, rounding);
  answer.most_likely = likeliest_state(all).state;
  answer.states = rows_of(all, value, rounding);
  const Compared compared = compared_with(request, answer, list);
  if (answer.curve) {
    answer.most_likely = with_course(answer.most_likely, compared, answer.curve->course);
    read_curve(*answer.curve, request, list);
  }
  if (answer.most_likely == State::unclear && (request.unknown.batch || request.unknown.classes)) {
    return missing(request, value);
  }
  if (answer.states.empty() || answer.states.front().state != answer.most_likely) {
    const auto found = std::find_if(answer.states.begin(), answer.states.end(),
                                    [&](const StateRow& row) { return row.state == answer.most_likely; });
    if (found != answer.states.end()) {
      std::rotate(answer.states.begin(), found, found + 1);
    } else if (answer.most_likely != State::unclear) {
      double left = 1;
      for (const StateRow& row : answer.states) left -= row.likelihood;
      answer.states.insert(answer.states.begin(), {answer.most_likely, value, 0, 0, std::max(0.0, left), {}});
    }
  }
  // One value under both names, and the likelihood under the one that says more.
  if (compared.floor_is_collapse) {
    answer.states.push_back({State::optimum, *compared.floor, value - *compared.floor, 0, 0, {}});
  }
  answer.why = why_words(compared);
  answer.next = next_words(compared);
  return answer;
}

}  // namespace ssem::advisor
