// What a request did not say and shaped the answer, in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "advisor/problem.h"

namespace ssem::advisor {

// The same question with another value assumed.
struct OtherAnswer {
  std::string value;
  double loss_weight = 0;
  double temperature = 0;
  std::optional<double> within_class_variance;
  bool collapsed = false;
};

struct Assumption {
  std::string field;
  std::variant<std::string, std::int64_t, double, bool> value;  // infinity: no end
  std::string why;                                              // one sentence
  std::optional<OtherAnswer> otherwise;                         // where it is another answer
};

// Relative difference that makes another sampler's answer another one.
inline constexpr double kNotablyOther = 0.1;

// In the order in which they matter: sampling first. Empty where a request said it all.
std::vector<Assumption> assumptions(const Problem& problem);

// "a shuffled batch of 256 images (2 views each) from a large data set of 100 classes"
std::string batch_in_words(const Problem& problem);

// The same problem with the sampling that was not assumed. Absent where sampling was given, or only one is possible.
std::optional<Problem> with_other_sampling(const Problem& problem);

}  // namespace ssem::advisor
