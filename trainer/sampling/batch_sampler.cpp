#include "trainer/sampling/batch_sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "trainer/sampling/shuffled_pass.h"

namespace ssem::trainer {
namespace {

class RandomSampler : public BatchSampler {
 public:
  RandomSampler(std::int64_t rows, std::int64_t batch, std::uint64_t seed)
      : pass_(all_rows(rows)), batch_(static_cast<std::size_t>(batch)), generator_(seed) {}

  std::vector<std::int64_t> next() override {
    std::vector<std::int64_t> rows;
    pass_.take(batch_, generator_, rows);
    return rows;
  }

 private:
  static std::vector<std::int64_t> all_rows(std::int64_t count) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
  }

  ShuffledPass pass_;
  std::size_t batch_;
  std::mt19937_64 generator_;
};

class ClassSampler : public BatchSampler {
 public:
  ClassSampler(const advisor::Problem& problem, const std::vector<std::vector<std::int64_t>>& rows_of_class,
               std::uint64_t seed)
      : images_(images_in_batch(problem)), classes_(problem.classes_per_batch), generator_(seed) {
    for (const auto& rows : rows_of_class) passes_.emplace_back(rows);
    order_.resize(passes_.size());
    std::iota(order_.begin(), order_.end(), 0);
  }

  std::vector<std::int64_t> next() override {
    std::vector<std::int64_t> rows;
    const auto classes = std::min(static_cast<std::size_t>(classes_), order_.size());
    for (std::size_t k = 0; k < classes; ++k) {
      if (classes < order_.size()) std::swap(order_[k], order_[k + generator_() % (order_.size() - k)]);
      passes_[order_[k]].take(static_cast<std::size_t>(images_[order_[k]]), generator_, rows);
    }
    return rows;
  }

 private:
  std::vector<std::int64_t> images_;
  std::int64_t classes_;
  std::mt19937_64 generator_;
  std::vector<ShuffledPass> passes_;
  std::vector<std::size_t> order_;
};

}  // namespace

std::vector<std::int64_t> images_in_batch(const advisor::Problem& problem) {
  if (!problem.imbalanced()) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(problem.classes), problem.instances_per_class);
  }
  const auto all = std::accumulate(problem.class_counts.begin(), problem.class_counts.end(), std::int64_t{0});
  std::vector<std::int64_t> images;
  for (const std::int64_t count : problem.class_counts) {
    const double share = static_cast<double>(count) / static_cast<double>(all);
    const auto in_batch = std::llround(share * static_cast<double>(problem.batch_size));
    images.push_back(std::max<std::int64_t>(1, in_batch));
  }
  return images;
}

Result<std::unique_ptr<BatchSampler>> make_sampler(const advisor::Problem& problem,
                                                   std::span<const std::int64_t> labels, std::uint64_t seed) {
  FaultList faults;
  const auto rows = static_cast<std::int64_t>(labels.size());
  if (problem.sampling == advisor::Sampling::random) {
    if (problem.batch_size <= rows) return {std::make_unique<RandomSampler>(rows, problem.batch_size, seed)};
    faults.add("/problem/batch_size", "must be at most the number of training examples (" + std::to_string(rows) +
                                          "), got " + std::to_string(problem.batch_size));
    return faults.to_error();
  }
  std::vector<std::vector<std::int64_t>> rows_of_class(static_cast<std::size_t>(problem.classes));
  for (std::int64_t row = 0; row < rows; ++row) {
    rows_of_class[static_cast<std::size_t>(labels[static_cast<std::size_t>(row)])].push_back(row);
  }
  const std::vector<std::int64_t> images = images_in_batch(problem);
  for (std::size_t c = 0; c < rows_of_class.size(); ++c) {
    const auto there = static_cast<std::int64_t>(rows_of_class[c].size());
    if (images[c] <= there) continue;
    faults.add("/problem/batch_size", "takes " + std::to_string(images[c]) + " images of class " + std::to_string(c) +
                                          ", which has only " + std::to_string(there) + " to train on");
    return faults.to_error();
  }
  return {std::make_unique<ClassSampler>(problem, rows_of_class, seed)};
}

}  // namespace ssem::trainer
