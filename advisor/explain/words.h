// An explanation in sentences.
#pragma once

#include <string>
#include <vector>

#include "advisor/explain/explanation.h"

namespace ssem::advisor {

// What the sentences need beside the answer.
struct Compared {
  const ExplanationRequest& request;
  const Explanation& answer;
  std::optional<double> start;      // as said: random embeddings, as logged
  std::optional<double> all_equal;  // as said; absent without a batch
  std::optional<double> floor;      // the lowest value that these labels allow
  bool floor_is_collapse = false;
};

// "every class at one point"; empty of `unclear`.
std::string in_words(State state);

// "base temperature 0.07"
std::string setting_in_words(const OtherSetting& other);

// Why the state is the likeliest, or why none is.
std::vector<std::string> why_words(const Compared& compared);
// What to look at or to change, most useful first.
std::vector<std::string> next_words(const Compared& compared);

}  // namespace ssem::advisor
