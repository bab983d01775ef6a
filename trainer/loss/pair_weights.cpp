#include "trainer/loss/pair_weights.h"

namespace ssem::trainer {

PairWeights pair_weights(const BatchRows& rows, const SupclOptions& options) {
  const auto size = static_cast<std::size_t>(rows.size());
  PairWeights weights{std::vector<double>(size), std::vector<double>(size), std::vector<double>(size),
                      options.convention == advisor::Convention::anchor_included};
  const bool crossed = options.convention == advisor::Convention::cross_view;
  const bool alike =
      options.convention == advisor::Convention::supcon || options.convention == advisor::Convention::negatives_only;
  std::vector<double> own_count(size), other_count(size);
  double own_pairs = 0, other_pairs = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto instance = static_cast<std::size_t>(rows.instance_of()[i]);
    const auto cls = static_cast<std::size_t>(rows.class_of()[i]);
    const auto views = static_cast<double>(rows.instance_begins()[instance + 1] - rows.instance_begins()[instance]);
    const auto members = static_cast<double>(rows.class_begins()[cls + 1] - rows.class_begins()[cls]);
    own_count[i] = weights.anchor_included ? views : views - 1;
    other_count[i] = crossed ? (members - views) / views : members - views;
    own_pairs += own_count[i];
    other_pairs += other_count[i];
  }

  const double anchors = static_cast<double>(size);
  const bool per_anchor = options.reduction == advisor::Reduction::anchor_mean;
  const auto share = [&](double part, double count, double all_pairs) {
    if (count == 0) return 0.0;
    return part / (per_anchor ? anchors * count : all_pairs);
  };
  for (std::size_t i = 0; i < size; ++i) {
    if (alike) {
      weights.own[i] = weights.other[i] = share(1.0, own_count[i] + other_count[i], own_pairs + other_pairs);
    } else {
      weights.own[i] = share(options.loss_weight, own_count[i], own_pairs);
      weights.other[i] = share(1.0 - options.loss_weight, other_count[i], other_pairs);
    }
    weights.anchor[i] = weights.own[i] * own_count[i] + weights.other[i] * other_count[i];
  }
  return weights;
}

}  // namespace ssem::trainer
