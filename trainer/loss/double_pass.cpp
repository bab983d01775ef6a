#include "trainer/loss/double_pass.h"

#include <vector>

namespace ssem::trainer {

bool has_term_beside(const SupclOptions& options) {
  return options.convention == advisor::Convention::negatives_only && options.loss_weight > 0;
}

SupclOptions term_beside(const SupclOptions& options) {
  SupclOptions beside = options;
  beside.convention = advisor::Convention::anchor_excluded;
  beside.loss_weight = 1;
  return beside;
}

DoublePass::DoublePass(const BatchRows& rows, const SupclOptions& options, std::int64_t columns)
    : numbers_(rows.size() * columns), beside_weight_(has_term_beside(options) ? options.loss_weight : 0) {
  if (has_pair_denominators(options.convention)) pairs_.emplace(rows, options, columns);
  if (!pairs_) tiles_.emplace(rows, options, columns);
  if (beside_weight_ > 0) tiles_.emplace(rows, term_beside(options), columns);
}

double DoublePass::loss_and_gradient(const double* z, double* gradient) {
  double loss = 0;
  if (pairs_) {
    loss = (1 - beside_weight_) * pairs_->forward(z);
    pairs_->backward(z, 1 - beside_weight_, gradient);
  } else {
    loss = tiles_->forward(z);
    tiles_->backward(z, 1, gradient);
  }
  if (!(beside_weight_ > 0)) return loss;
  std::vector<double> beside(static_cast<std::size_t>(numbers_));
  loss += beside_weight_ * tiles_->forward(z);
  tiles_->backward(z, beside_weight_, beside.data());
  for (std::size_t i = 0; i < beside.size(); ++i) gradient[i] += beside[i];
  return loss;
}

}  // namespace ssem::trainer
