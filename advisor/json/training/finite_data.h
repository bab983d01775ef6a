// The data that free vectors are: a finite set, also where a problem says only that it is large.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ssem::advisor::json::training {

// A shuffled batch without a stated data set is drawn from so many batches' worth of images, at least kLeastImages of
// each class.
inline constexpr std::int64_t kDataOfBatch = 8;
inline constexpr std::int64_t kLeastImages = 50;

// Without its size the batch is the data set, balanced; where `problem` says random sampling, which no batch that is
// the data set can be, a finite set is written into it. What names its data set, by size, by class_counts or as the
// batch, stays as it is. Advice, prediction and training all go through here. Returns what was done, in a sentence for
// the person; nothing where nothing was.
std::string make_data_finite(nlohmann::ordered_json& problem);

}  // namespace ssem::advisor::json::training
