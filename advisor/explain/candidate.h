// One way in which a logged value may have come about, and how likely it makes the value (theory.md, section 5).
#pragma once

#include <string>
#include <vector>

#include "advisor/explain/state.h"

namespace ssem::advisor {

// A setting that would have to differ from what was said, or that was not said, by the request's name for it.
struct OtherSetting {
  std::string field;
  std::string value;
};

// p(value | candidate) is one of
//   point: 0.8 Normal(expected, deviation) + 0.2 with an exponential tail of mean `tail`: above the expected value, or
//   on
//          both sides of it where `both_sides`
//   range: uniform between `low` and `high`
//   above: uniform in the logarithm, normalised from `low` to 1000 low and the same beyond
struct Candidate {
  enum class Shape { point, range, above };

  State state = State::unclear;
  Shape shape = Shape::point;
  double weight = 0;  // before the value is seen
  double expected = 0;
  double deviation = 0;
  double tail = 0;
  bool both_sides = false;
  double low = 0;
  double high = 0;
  std::vector<OtherSetting> others = {};
};

// `rounding` is half a unit of the last digit that was given.
double density(const Candidate& candidate, double value, double rounding);
// The candidate's value nearest to this one.
double nearest(const Candidate& candidate, double value);
// How far from it a value may lie: three deviations with the rounding; 0 of a range.
double tolerance(const Candidate& candidate, double rounding);

// Half a unit of the last digit of the shortest text that reads as this number: 0.0005 of 8.909, 0.5 of 33. Computed
// values have too many digits to have been rounded: 0; nor is 0 taken for a rounded number.
double rounding_of(double value);

}  // namespace ssem::advisor
