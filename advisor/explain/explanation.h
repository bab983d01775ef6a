// What a logged loss value, or a whole curve of them, says about the training it comes from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/explain/candidates.h"
#include "advisor/explain/curve_course.h"
#include "advisor/result.h"

namespace ssem::advisor {

struct ExplanationRequest {
  // What is unknown has any admissible value there.
  EvaluationRequest settings;
  Unknown unknown;
  std::optional<double> loss_value;  // one of the two; nan and infinity are values too
  std::vector<LoggedPoint> curve;    // steps rise
};

// One row of the comparison.
struct StateRow {
  State state = State::unclear;
  double expected = 0;    // the state's value nearest to the one asked about
  double difference = 0;  // the value less it
  double tolerance = 0;   // how far apart chance and rounding can bring them
  double likelihood = 0;  // share of all that was compared
  std::vector<OtherSetting> others;
};

// Where a curve fell below what a state's value is.
struct Crossing {
  State level = State::unclear;
  double value = 0;
  double step = 0;
};

struct CurveReading {
  CurveCourse course;
  State start = State::unclear;  // of its first value alone
  State end = State::unclear;    // of its last values alone
  std::vector<Crossing> crossed;
};

// Of the end of a curve where one was given.
struct Explanation {
  State most_likely = State::unclear;  // unclear where no state has kClear of the likelihood
  double loss_value = 0;
  std::vector<StateRow> states;  // likeliest first; what was said as it was said is always there
  std::optional<CurveReading> curve;
  std::vector<std::string> why;
  std::vector<std::string> next;
  std::vector<Assumption> assumed;
};

inline constexpr double kClear = 0.8;

// The likelihood of a candidate is its weight times its density at the value (candidate.h); that of a state is the sum
// over its candidates. Of the settings
//   all_equal  s log(N-1)     s = temperature / base temperature or 1, N = views * images of the batch
//   the others as in evaluate/loss_ladder.h and candidates.h.
// An error names classes or batch_size where it is unknown and the value alone does not tell.
Result<Explanation> explain(const ExplanationRequest& request);

}  // namespace ssem::advisor
