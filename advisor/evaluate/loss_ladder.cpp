#include "advisor/evaluate/loss_ladder.h"

#include <cmath>

#include "advisor/numeric/log_math.h"

namespace ssem::advisor {

LossLadder loss_ladder(const Problem& problem, const SsemModel& model, double loss_weight, double temperature,
                       double optimum) {
  const auto views = static_cast<double>(problem.views);
  const double images = problem.sampling == Sampling::balanced
                            ? static_cast<double>(problem.instances_per_class * problem.classes_per_batch)
                            : static_cast<double>(problem.batch_size);
  const double embeddings = views * images;
  // The share of the loss that exists: anchors without a partner have no supervised part.
  double share = 1;
  if (model.mixture() != nullptr) {
    share = loss_weight;
    for (const BatchTerm& term : model.mixture()->terms()) share += (1 - loss_weight) * term.weight * term.supervised;
  } else if (model.batch().instances() <= 1) {
    share = loss_weight;
  }
  LossLadder ladder;
  double others = embeddings - 1;
  if (problem.convention == Convention::anchor_included) others = embeddings;
  if (problem.convention == Convention::dcl) others = embeddings - 2;
  ladder.all_equal = share * std::log(others);
  if (problem.dimension) {
    const double spread = 1 / (2 * static_cast<double>(*problem.dimension) * temperature * temperature);
    switch (problem.convention) {
      case Convention::anchor_included:
        ladder.initialisation = share * log_add_exp(1 / temperature, std::log(embeddings - 1) + spread) -
                                loss_weight / (views * temperature);
        break;
      case Convention::supcon_in:
        ladder.initialisation = ladder.all_equal;
        break;
      default:
        ladder.initialisation = share * (std::log(others) + spread);
    }
  }
  ladder.collapsed = model.loss(0, loss_weight, temperature);
  ladder.optimum = optimum;
  return ladder;
}

}  // namespace ssem::advisor
