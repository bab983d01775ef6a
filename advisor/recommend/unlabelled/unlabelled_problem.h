// A problem without labels: SimCLR, InfoNCE and their kin, where every image is a class of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "advisor/assumptions.h"
#include "advisor/problem.h"

namespace ssem::advisor {

inline constexpr std::int64_t kUsualProjection = 128;

struct UnlabelledProblem {
  std::int64_t batch_size = 0;  // images that one loss compares: of one GPU where the loss does not gather
  std::int64_t dimension = kUsualProjection;
  std::int64_t views = 2;
  Convention convention = Convention::anchor_excluded;  // or cross_view, or dcl
  std::optional<std::int64_t> queue_size;               // cross_view only, as with labels
  std::optional<std::int64_t> dataset_images;           // absent: a large data set
  std::optional<std::int64_t> kinds;                    // how many kinds of things the data hold, roughly
  std::optional<double> base_temperature;
  std::vector<Assumption> assumed;

  double views_met() const { return static_cast<double>(advisor::views_met(convention, views)); }
  // Images that an anchor is pushed away from.
  double other_images() const { return static_cast<double>(queue_size.value_or(batch_size - 1)); }
  double negatives() const { return views_met() * other_images(); }
  // Of the denominator, in units of views_met(): the anchor's own image.
  double own_share() const;
};

// `classes` are the kinds, of which nothing is known for sure. What only labels give a meaning is a fault.
std::optional<UnlabelledProblem> check_unlabelled(const ProblemFields& given,
                                                  std::optional<std::int64_t> dataset_images, FaultList& faults);

}  // namespace ssem::advisor
