// Which point a search should try next, from what was observed.
#pragma once

#include <cstdint>
#include <vector>

#include "advisor/tuning/search_space.h"

namespace ssem::advisor::tuning {

struct Observation {
  Values values;
  double value = 0;  // to be made small; +-inf are allowed, nan is not
};

// A search that ended, over the same axes; its problem may have been another one: it is seen through its own theory.
struct EarlierSearch {
  SearchSpace space;
  std::vector<Observation> observations;
};

struct History {
  std::vector<Observation> observations;  // in the order in which it came
  std::vector<Values> pending;            // being tried now
  std::vector<EarlierSearch> earlier = {};
};

struct NextPoint {
  Values values;
  bool from_model = false;  // else from an even spread over the space
  double mean = 0;          // from the model: what it predicts here ...
  double deviation = 0;     // ... and how unsure it is
  double best = 0;          // the lowest value it believes in so far
  bool admitted = true;     // false: theory refuses every point that could be found
};

// How many points are observed before the model takes over: fewer where a goal says where to look, none where earlier
// searches have results.
std::size_t spread_points(const SearchSpace& space, const History& history);

// kPriorTrials over the results that are there; earlier searches had other goals, maybe.
double prior_power(const History& history);

// The point of highest expected improvement under a Gaussian process on (the plane's within-class variance, log
// temperature, other parameters), pending points believed to be as predicted; where the problem names a goal, times its
// prior (goal_prior.h). Before spread_points() are observed, point `number` of an even spread, within what the prior
// prefers. Earlier searches with results make the even spread needless: transferred_process.h. A pure function of its
// arguments. Of more than 128 observations the best and the latest 64 count. A few
// milliseconds at most.
NextPoint next_point(const SearchSpace& space, const History& history, std::uint64_t seed, std::uint64_t number);

}  // namespace ssem::advisor::tuning
