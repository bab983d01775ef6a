// The states of a training run that a logged loss value can come from.
#pragma once

#include <string_view>

namespace ssem::advisor {

enum class State {
  initialisation,           // embeddings at random: nothing has been learned
  all_equal,                // every embedding at one point
  collapsed,                // every class at one point
  optimum,                  // the predicted optimum, which is not collapsed
  labels_missing,           // below what the labels allow: the loss did not see them
  unnormalised_input,       // above what unit vectors show
  one_class_batch,          // every image of a batch has the same label
  wrong_positives,          // the positives are no more alike than the others
  no_positives,             // no anchor of the batch has a positive
  cross_entropy_at_chance,  // the value is that of a classifier that guesses
  stuck,                    // a curve that stands still above collapse
  learning,                 // a curve that still falls
  diverged,                 // not a finite number, or a curve that grows
  unclear,
};

std::string_view name(State state);

}  // namespace ssem::advisor
