// Variances and similarities of unit embeddings, as the paper defines them, with the views of one image kept apart.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "trainer/loss/batch_rows.h"

namespace ssem::trainer {

struct ClassGeometry {
  std::int64_t rows = 0;
  std::int64_t instances = 0;
  double within_class_variance = 0;  // the class's own share of the two below
  double view_variance = 0;
};

// u is a row, mu_i the mean of instance i's rows, mu_c the mean of its class's rows, mu of all rows.
struct Geometry {
  double within_class_variance = 0;      // mean over rows of |u - mu_c|^2 (the paper's; unit rows)
  double between_class_variance = 0;     // mean over rows of |mu_c - mu|^2
  double view_variance = 0;              // mean over rows of |u - mu_i|^2, a part of the within-class variance
  double within_class_similarity = 0;    // mean cosine of rows of one class and two instances; nan without such
  double between_class_similarity = 0;   // mean cosine of rows of two classes; nan with one class
  double view_similarity = 0;            // mean cosine of two views of one instance; nan without such
  double global_mean_square = 0;         // |mu|^2
  std::vector<ClassGeometry> per_class;  // in the order of BatchRows
};

// `embeddings` [N, d] of unit norm, any float type, any device; computed in float64 from class and instance sums,
// O(N d). Means over pairs count every ordered pair once.
Geometry measure_geometry(const at::Tensor& embeddings, const BatchRows& rows);

// (view_similarity - within_class_similarity) / (1 - within_class_similarity): the share of the distance between images
// of a class that survives a change of view. 1: an image's views coincide; 0: they are as far apart as two images of
// the class, and nothing but the class is to be told from them. nan without two views or two images of a class.
double view_consistency(const Geometry& geometry);

}  // namespace ssem::trainer
