// The loss and its gradient on CPU, tile by tile: what supcl_loss() runs on CPU tensors and what free embeddings are
// minimised with.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/pair_weights.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// Of one batch layout and one pair (loss weight, temperature). Rows must be unit vectors (1e-3). Memory besides the
// arguments: 2 N d numbers, and tile^2 per thread. Results do not depend on the number of threads.
template <class Real>
class LossPass {
 public:
  // Keeps a reference to `rows`. Not for supcon_in.
  LossPass(const BatchRows& rows, const SupclOptions& options, std::int64_t columns);

  // The loss at `embeddings`, row-major [N, columns] in the batch's own order. N^2 d flops.
  double forward(const Real* embeddings);

  // Overwrites gradient [N, columns] with scale * dL/dembeddings, at the embeddings of the last forward(). 3 N^2 d
  // flops.
  void backward(const Real* embeddings, double scale, Real* gradient) const;

 private:
  struct Block {
    std::int64_t begin, size;
  };

  const Real* in_order(const Real* embeddings, std::vector<Real>& copy) const;
  void similarities(const Real* z, Block left, Block right, Real* tile) const;
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> rounds() const;
  template <class Visit>
  void each_tile(const Visit& visit) const;
  void find_row_maxima(const Real* z);
  void sum_rows(const Real* z);

  const BatchRows& rows_;
  bool crossed_;                     // rows meet only those of the other view: the positions are view by view
  std::vector<std::int64_t> order_;  // row of the batch at each position: by class and instance
  bool as_given_;                    // which is the batch's own order
  PairWeights weights_;
  std::int64_t columns_;
  double temperature_;
  std::int64_t tile_;
  std::vector<Block> blocks_;
  bool shift_per_row_ = false;        // one shift for all rows underflows
  std::vector<Real> shifts_;          // per position, when shift_per_row_
  std::vector<double> denominators_;  // per position: sum of exp((s - shift) / temperature)
};

}  // namespace ssem::trainer
