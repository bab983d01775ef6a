// The libraries that lines are written for.
#pragma once

#include <string>
#include <vector>

#include "advisor/problem.h"
#include "advisor/recommend/libraries/typed_numbers.h"

namespace ssem::advisor {

// What one library has. Its functions are given the problem that is advised for (`advised`), or the nearest one whose
// loss the library computes (`own`).
struct Library {
  const char* name;
  // Why it cannot compute any such loss, as the end of "Cannot, because ..."; empty where it can.
  std::string (*obstacle)(const Problem& advised);
  // Makes the advised problem the library's own: its convention, its reduction, what its loader draws.
  void (*adapt)(Problem& own);
  std::string (*code)(const Problem& own, const TypedNumbers& numbers);
  std::string (*note)(const Problem& own);
  // What goes in the place of its loss where that cannot be advised.
  std::string (*replacement)(const Problem& advised, const TypedNumbers& numbers);
};

// In the order of the answer.
const std::vector<Library>& libraries();

// Parts of the list, one a file.
Library pytorch();
Library sup_contrast();
Library metric_learning();
Library solo_learn();
Library lightly();
Library sentence_transformers();
Library authors_imagenet();
Library authors_cifar();

// Every anchor of every batch has the same number of partners: the reductions agree.
bool equal_partners(const Problem& problem);

// The PyTorch function and a call of it.
std::string pytorch_lines(const Problem& problem, const TypedNumbers& numbers);

}  // namespace ssem::advisor
