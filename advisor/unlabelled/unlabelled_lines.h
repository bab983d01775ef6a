// What to type in the libraries that people train without labels in.
#pragma once

#include <vector>

#include "advisor/recommendation.h"
#include "advisor/unlabelled/unlabelled_problem.h"

namespace ssem::advisor {

std::vector<Snippet> unlabelled_lines(const UnlabelledProblem& problem, double temperature);

}  // namespace ssem::advisor
