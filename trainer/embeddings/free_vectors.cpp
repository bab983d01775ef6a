#include "trainer/embeddings/free_vectors.h"

#include <cmath>
#include <numeric>
#include <random>
#include <string>

#include "trainer/embeddings/embeddings_run.h"

namespace ssem::trainer {

std::int64_t VectorLayout::images() const {
  return std::accumulate(images_per_class.begin(), images_per_class.end(), std::int64_t{0});
}

BatchRows VectorLayout::batch_rows() const {
  std::vector<std::int64_t> classes, instances;
  std::int64_t image = 0;
  for (std::size_t c = 0; c < images_per_class.size(); ++c) {
    for (std::int64_t i = 0; i < images_per_class[c]; ++i, ++image) {
      for (std::int64_t v = 0; v < views; ++v) {
        classes.push_back(static_cast<std::int64_t>(c));
        instances.push_back(image);
      }
    }
  }
  return BatchRows::make(classes, instances).value();
}

Result<VectorLayout> vector_layout(const TrainSpec& spec) {
  const advisor::Problem& problem = spec.problem;
  VectorLayout layout;
  layout.views = problem.views;
  if (problem.imbalanced()) {
    const double images =
        static_cast<double>(std::accumulate(problem.class_counts.begin(), problem.class_counts.end(), std::int64_t{0}));
    for (const std::int64_t count : problem.class_counts) {
      const double share = static_cast<double>(count) / images;
      const auto in_batch = static_cast<std::int64_t>(std::llround(share * static_cast<double>(problem.batch_size)));
      layout.images_per_class.push_back(std::max<std::int64_t>(1, in_batch));
    }
  } else {
    const std::int64_t each = problem.dataset_instances_per_class.value_or(problem.instances_per_class);
    if (problem.classes > kMaxNumbers / std::max<std::int64_t>(1, each)) {
      return Error{ErrorCode::invalid_argument, "the problem has too many images for free vectors", {}};
    }
    layout.images_per_class.assign(static_cast<std::size_t>(problem.classes), each);
  }
  layout.columns = problem.dimension.value_or(layout.images() - 1);
  if (layout.images() < 2 || layout.columns < 1) {
    return Error{ErrorCode::invalid_argument, "free vectors need at least two images and one dimension", {}};
  }
  const double numbers = static_cast<double>(layout.rows()) * static_cast<double>(layout.columns);
  if (numbers > static_cast<double>(kMaxNumbers)) {
    return Error{ErrorCode::invalid_argument,
                 "free vectors take images x views x dimension numbers, at most " + std::to_string(kMaxNumbers) +
                     "; name a smaller dimension, batch or data set",
                 {{"/problem", "too many numbers to train: " + std::to_string(numbers)}}};
  }
  return layout;
}

std::vector<double> random_unit_vectors(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  const auto width = static_cast<std::size_t>(columns);
  std::vector<double> vectors(static_cast<std::size_t>(rows) * width);
  for (std::size_t begin = 0; begin < vectors.size(); begin += width) {
    double square = 0;
    for (std::size_t k = begin; k < begin + width; ++k) {
      vectors[k] = normal(generator);
      square += vectors[k] * vectors[k];
    }
    for (std::size_t k = begin; k < begin + width; ++k) vectors[k] /= std::sqrt(square);
  }
  return vectors;
}

void turn_at_random(std::vector<double>& vectors, std::int64_t columns, double radians, std::uint64_t seed) {
  const auto width = static_cast<std::size_t>(columns);
  const auto turn = random_unit_vectors(static_cast<std::int64_t>(vectors.size()) / columns, columns, seed);
  for (std::size_t begin = 0; begin < vectors.size(); begin += width) {
    double square = 0;
    for (std::size_t k = begin; k < begin + width; ++k) {
      vectors[k] += radians * turn[k];
      square += vectors[k] * vectors[k];
    }
    for (std::size_t k = begin; k < begin + width; ++k) vectors[k] /= std::sqrt(square);
  }
}

}  // namespace ssem::trainer
