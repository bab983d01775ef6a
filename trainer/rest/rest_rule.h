// Has a descent without noise come to rest, as far as what is judged goes?
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace ssem::trainer {

// Looks at the last half of all iterations, 40 at the least: a window that grows with the run, so that neither a drift
// that slows down nor a small step rate passes for rest. At rest when the judged variance moved in it by no more than
// the tolerance and the loss fell by no more than kLossFall of itself. A saddle looks the same: settled_descent.h.
class RestRule {
 public:
  // `tolerance` 0: never at rest.
  explicit RestRule(double tolerance) : tolerance_(tolerance) {}

  // Takes the next iteration's values.
  void add(double loss, double variance);

  bool at_rest() const;
  // Most less least of the variance in the window; infinite while there are fewer than kLeastWindow iterations.
  double moved() const { return moved_; }
  double tolerance() const { return tolerance_; }
  std::string why() const;  // what was seen, without a full stop

  static constexpr std::int64_t kLeastWindow = 40;
  static constexpr double kLossFall = 1e-4;

 private:
  std::size_t window() const;

  double tolerance_;
  std::vector<double> losses_, variances_;
  double moved_ = std::numeric_limits<double>::infinity();
  double fell_ = 0;
};

}  // namespace ssem::trainer
