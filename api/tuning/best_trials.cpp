#include "api/tuning/best_trials.h"

#include <algorithm>

namespace ssem::api::tuning {
namespace {

using studies::Direction;
using studies::TrialPtr;

bool better(double left, double right, Direction direction) {
  return direction == Direction::maximize ? left > right : left < right;
}

bool dominates(const TrialPtr& left, const TrialPtr& right, const std::vector<Direction>& directions) {
  bool wins = false;
  for (std::size_t k = 0; k < directions.size(); ++k) {
    if (better((*right->values)[k], (*left->values)[k], directions[k])) return false;
    wins = wins || better((*left->values)[k], (*right->values)[k], directions[k]);
  }
  return wins;
}

}  // namespace

std::vector<TrialPtr> best_trials(const std::vector<TrialPtr>& complete, const std::vector<Direction>& directions) {
  std::vector<TrialPtr> valued;
  for (const TrialPtr& trial : complete) {
    if (trial->values && trial->values->size() == directions.size()) valued.push_back(trial);
  }
  if (valued.empty()) return {};
  if (directions.size() == 1) {
    return {*std::min_element(valued.begin(), valued.end(), [&](const TrialPtr& left, const TrialPtr& right) {
      return better(left->values->front(), right->values->front(), directions.front());
    })};
  }
  std::vector<TrialPtr> front;
  std::copy_if(valued.begin(), valued.end(), std::back_inserter(front), [&](const TrialPtr& trial) {
    return std::none_of(valued.begin(), valued.end(),
                        [&](const TrialPtr& other) { return dominates(other, trial, directions); });
  });
  return front;
}

}  // namespace ssem::api::tuning
