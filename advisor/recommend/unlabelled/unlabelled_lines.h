// What to type in the libraries that people train without labels in.
#pragma once

#include <vector>

#include "advisor/recommend/unlabelled/unlabelled_problem.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {

std::vector<Snippet> unlabelled_lines(const UnlabelledProblem& problem, double temperature);

}  // namespace ssem::advisor
