// Which loss, and how its numbers are computed.
#pragma once

#include "advisor/problem.h"

namespace ssem::trainer {

enum class MatrixPrecision {
  full,      // products in the embeddings' own type
  tf32,      // CUDA only: float32 products on tensor cores, 10 bits of mantissa
  bfloat16,  // CUDA only: products of bfloat16 copies, summed in float32
};

enum class InputNorm {
  require_unit,  // rows whose norm differs from 1 by more than 1e-3 are an error
  normalise,     // rows are divided by their norm first; a zero row is an error
  assume_unit,   // the caller has normalised them; nothing is checked, so nothing waits for the device
};

struct SupclOptions {
  advisor::Convention convention = advisor::Convention::anchor_excluded;  // not supcon_in
  advisor::Reduction reduction = advisor::Reduction::anchor_mean;
  double loss_weight = 0.5;  // of the self-supervised term; ignored by supcon, beside negatives_only
  double temperature = 0.1;
  MatrixPrecision precision = MatrixPrecision::full;
  InputNorm input_norm = InputNorm::require_unit;
};

}  // namespace ssem::trainer
