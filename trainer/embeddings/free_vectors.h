// The unit vectors that are trained, and which of them belong together.
#pragma once

#include <cstdint>
#include <vector>

#include "advisor/result.h"
#include "trainer/loss/batch_rows.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

struct VectorLayout {
  std::vector<std::int64_t> images_per_class;
  std::int64_t views = 2;
  std::int64_t columns = 0;

  std::int64_t images() const;
  std::int64_t rows() const { return images() * views; }
  // Rows in order of class, image, view.
  BatchRows batch_rows() const;
};

// Of the whole data set: the batch itself, or dataset_instances_per_class of every class.
Result<VectorLayout> vector_layout(const TrainSpec& spec);

// Independent and uniform on the sphere; row-major [rows, columns].
std::vector<double> random_unit_vectors(std::int64_t rows, std::int64_t columns, std::uint64_t seed);

// Turns every row at random by about `radians`; rows keep unit norm.
void turn_at_random(std::vector<double>& vectors, std::int64_t columns, double radians, std::uint64_t seed);

}  // namespace ssem::trainer
