// The trainer's loss as a C function, so that loss_bench.py times it beside the peers on the very same tensors.
#include <cstdint>
#include <span>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/loss_pass.h"

// Loss of [rows, columns] float32 unit embeddings; `gradient`, same shape, is overwritten. anchor_excluded, anchor
// mean.
extern "C" double ssem_supcl_float(const float* embeddings, const std::int64_t* classes, const std::int64_t* instances,
                                   std::int64_t rows, std::int64_t columns, double loss_weight, double temperature,
                                   float* gradient) {
  const auto size = static_cast<std::size_t>(rows);
  const auto batch = ssem::trainer::BatchRows::make(std::span(classes, size), std::span(instances, size));
  if (!batch) return -1;
  ssem::trainer::SupclOptions options;
  options.loss_weight = loss_weight;
  options.temperature = temperature;
  ssem::trainer::LossPass<float> pass(batch.value(), options, columns);
  const double loss = pass.forward(embeddings);
  pass.backward(embeddings, 1, gradient);
  return loss;
}
