#include "advisor/recommend/libraries/library.h"
#include "advisor/recommend/libraries/pytorch_function.h"

namespace ssem::advisor {

std::string pytorch_lines(const Problem& problem, const TypedNumbers& numbers) {
  return pytorch_function(problem) + "\nloss = " + pytorch_call(problem, "z", "labels", "image_ids", numbers);
}

Library pytorch() {
  return {
      "PyTorch",
      [](const Problem&) { return std::string(); },
      [](Problem&) {},
      pytorch_lines,
      [](const Problem&) {
        return std::string("The formula itself, for checking and small batches: it holds the whole similarity matrix.");
      },
      pytorch_lines};
}

}  // namespace ssem::advisor
