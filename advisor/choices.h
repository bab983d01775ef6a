// What a problem chooses among: the loss, how batches are drawn, what is averaged.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ssem::advisor {

// Which loss the loss weight and temperature belong to. The same pair means different things in each.
enum class Convention {
  anchor_excluded,  // the anchor is left out of its own denominator (SupCon and SimCLR style)
  anchor_included,  // the anchor stays in, and is among its own self-supervised positives
  supcon,           // plain SupCon, log inside the mean: anchor_excluded at a loss weight fixed by the batch
  supcon_in,        // SupCon with the log outside the mean of ratios
  dcl,              // decoupled: a pair's own term is left out of its denominator
  cross_view,       // each view against the other view of every image (MoCo v3, InfoNCE, CLIP, SimCSE): two views
  negatives_only,   // each positive against the views of other classes alone (NTXentLoss with labels, SINCERE)
};
enum class Sampling {
  balanced,  // floor(batch_size / classes_per_batch) images of each class in the batch
  random,    // every image of the batch drawn at random
};
enum class Reduction {
  anchor_mean,  // the mean over anchors of each anchor's mean
  pair_mean,    // the mean over positive pairs
};
// What a cross-entropy beside the loss classifies.
enum class CrossEntropyHead {
  separate,  // the encoder's features; the contrastive loss has a projection of its own
  shared,    // the very embeddings of the contrastive loss
};

std::string_view name(Convention convention);
std::string_view name(Sampling sampling);
std::string_view name(Reduction reduction);
std::string_view name(CrossEntropyHead head);
std::optional<Convention> convention_from(std::string_view name);
std::optional<Sampling> sampling_from(std::string_view name);
std::optional<Reduction> reduction_from(std::string_view name);
std::optional<CrossEntropyHead> cross_entropy_head_from(std::string_view name);

// True for the conventions that have no loss weight of their own.
constexpr bool has_fixed_loss_weight(Convention convention) {
  return convention == Convention::supcon || convention == Convention::supcon_in ||
         convention == Convention::negatives_only;
}

// True for those of them where a loss weight above 0 is that of a self-supervised term beside the loss.
constexpr bool may_be_mixed(Convention convention) {
  return convention == Convention::supcon_in || convention == Convention::negatives_only;
}

// kappa of theory.md, section 0: the weight of the anchor's own image in its denominator, in units of `views`.
constexpr double own_image_share(Convention convention, double views) {
  const bool whole = convention == Convention::anchor_included || convention == Convention::cross_view;
  return whole ? 1.0 : (views - 1) / views;
}

// The views of one image that an anchor's denominator may hold.
constexpr std::int64_t views_met(Convention convention, std::int64_t views) {
  return convention == Convention::cross_view ? 1 : views;
}

}  // namespace ssem::advisor
