#include "advisor/explain/state.h"

namespace ssem::advisor {

std::string_view name(State state) {
  switch (state) {
    case State::initialisation:
      return "initialisation";
    case State::all_equal:
      return "all_equal";
    case State::collapsed:
      return "collapsed";
    case State::optimum:
      return "optimum";
    case State::labels_missing:
      return "labels_missing";
    case State::unnormalised_input:
      return "unnormalised_input";
    case State::one_class_batch:
      return "one_class_batch";
    case State::wrong_positives:
      return "wrong_positives";
    case State::no_positives:
      return "no_positives";
    case State::cross_entropy_at_chance:
      return "cross_entropy_at_chance";
    case State::stuck:
      return "stuck";
    case State::learning:
      return "learning";
    case State::diverged:
      return "diverged";
    case State::unclear:
      return "unclear";
  }
  return "";
}

}  // namespace ssem::advisor
