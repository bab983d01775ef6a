// Descents of free unit vectors that end when what is judged stands still, and that do not take a saddle for rest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "trainer/embeddings/sphere_descent.h"

namespace ssem::trainer {

struct SettleRules {
  DescentOptions descent;
  double tolerance = 0;  // what the judged number may still move by at rest (rest/rest_rule.h); 0: runs to the end
  std::uint64_t seed = 0;
};

struct Settled {
  double loss = 0;
  double gradient_norm = 0;
  double judged = 0;
  std::int64_t iterations = 0;
  bool at_rest = false;
  std::string why;  // which rule ended it, without a full stop
};

// The number that must stand still: such as the within-class variance of the vectors.
using Judged = std::function<double(const std::vector<double>& point)>;
// Called after every iteration with the move of the judged number (infinite at first); false ends the descent.
using SettleObserver = std::function<bool(const DescentState& state, double judged, double moved)>;

// Deterministic. `observe` may end every one of the descents.
class SettledDescent {
 public:
  SettledDescent(std::int64_t columns, LossAndGradient evaluate, Judged judged, SettleRules rules,
                 SettleObserver observe);

  // Moves `point`, rows of unit norm, downhill until it is at rest, or by at most `iterations`.
  Settled descend(std::vector<double>& point, std::int64_t iterations) const;

  // Is `point`, where a descent ended with `here`, a place to stay? All rows are turned by about kPush radians at
  // random and descend again. Rest is proved when that leads back or to a higher loss. From a saddle, such as collapsed
  // classes just above the threshold, it leads to a lower loss: then that is the new place, and pushed in turn. `point`
  // is the lowest that was found; at most `iterations` are taken, of which Settled counts these and those of `here`.
  Settled prove(std::vector<double>& point, const Settled& here, std::int64_t iterations) const;

  static constexpr double kPush = 0.1;

 private:
  std::int64_t columns_;
  LossAndGradient evaluate_;
  Judged judged_;
  SettleRules rules_;
  SettleObserver observe_;
};

}  // namespace ssem::trainer
