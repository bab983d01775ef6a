// Minimises the loss over entirely free unit vectors, one for every view of every image: no encoder stands between the
// loss and its geometry, so what is found is the loss's own optimum.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "advisor/result.h"
#include "trainer/events/events.h"
#include "trainer/loss/batch_rows.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

struct EmbeddingsOutcome {
  at::Tensor embeddings;  // [N, dimension] float64
  BatchRows rows;
  double loss = 0;           // in float64; with mini-batches the mean over batches of the last epoch's sampling
  double gradient_norm = 0;  // tangential
  bool converged = false;
  bool cancelled = false;
  std::string convergence_why;
  std::int64_t steps = 0;  // of all starts
  double images_per_s = 0;
};

// The problem's own batch (balanced, or class_counts scaled to batch_size) is the whole data set unless it names
// dataset_instances_per_class or fewer classes_per_batch: then batches are drawn from the data set, and the vectors of
// the whole of it move by stochastic descent. Without a dimension the paper's setting is taken: one less than images.
// The lowest of spec.restarts random starts counts (one start beyond 500 vectors); none knows the predicted answer.
// Ends when the within-class variance, views apart, stands still to `rest_tolerance` (0: as exactly as it goes) and the
// loss is level, on batches of the whole data set proved by a push (settled_descent.h); at the latest when the budget
// is used up, whose steps are those of all starts together.
// Deterministic for a seed on one machine unless the budget is in seconds. Errors: too many vectors (more than
// kMaxNumbers), a convention that has no trainer.
Result<EmbeddingsOutcome> run_embeddings(const TrainSpec& spec, double rest_tolerance, EventSink& events,
                                         const StopFlag& stop);

inline constexpr std::int64_t kMaxNumbers = 500'000'000;  // 4 GB of float64

}  // namespace ssem::trainer
