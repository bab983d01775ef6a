#include "trainer/embeddings/finite_data.h"

#include <algorithm>

namespace ssem::trainer {

advisor::Problem trained_problem(const advisor::Problem& problem) {
  if (problem.imbalanced() || problem.dataset_instances_per_class || problem.dataset_is_batch) return problem;
  advisor::Problem finite = problem;
  const std::int64_t in_batch = (problem.batch_size + problem.classes_per_batch - 1) / problem.classes_per_batch;
  finite.dataset_instances_per_class = std::max(kLeastImages, kDataOfBatch * in_batch);
  return finite;
}

}  // namespace ssem::trainer
