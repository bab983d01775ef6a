// Which examples a step trains on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "advisor/problem.h"
#include "advisor/result.h"

namespace ssem::trainer {

class BatchSampler {
 public:
  virtual ~BatchSampler() = default;
  // Rows of the next batch, all different. Deterministic from the seed: a resumed run draws the past batches again.
  virtual std::vector<std::int64_t> next() = 0;
};

// By the problem's sampling:
//  balanced  classes_per_batch classes and instances_per_class images of each; with class_counts, of every class its
//            share of batch_size, at least one. Each class is shuffled, gone through and shuffled again.
//  random    batch_size images of a shuffled pass over all; the rest of a pass that fills no batch is left out.
// Errors: a class with fewer images than a batch takes of it, a batch larger than the data (/problem/...).
Result<std::unique_ptr<BatchSampler>> make_sampler(const advisor::Problem& problem,
                                                   std::span<const std::int64_t> labels, std::uint64_t seed);

// Of every class in a batch: what the balanced sampler takes.
std::vector<std::int64_t> images_in_batch(const advisor::Problem& problem);

}  // namespace ssem::trainer
