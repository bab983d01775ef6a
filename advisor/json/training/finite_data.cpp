#include "advisor/json/training/finite_data.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisor/json/requests.h"

namespace ssem::advisor::json::training {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDatasetSize = "dataset_instances_per_class";

}  // namespace

std::string make_data_finite(Json& problem) {
  if (problem.contains(kDatasetSize) || problem.contains("dataset") || problem.contains("class_counts") ||
      problem.contains("queue_size")) {
    return "";
  }
  const auto sampling = problem.find("sampling");
  const bool random = sampling != problem.end() && *sampling == name(Sampling::random);
  if (!random) {
    problem["dataset"] = kDatasetIsBatch;
    return "Without a data set size the batch is the whole data set, equally many images of each class; advice for "
           "shuffled batches, or for a large data set, has another pair and another variance.";
  }
  const auto read = read_problem(problem);
  if (!read || read.value().dataset_instances_per_class) return "";
  const Problem& drawn = read.value();
  const std::int64_t in_batch = (drawn.batch_size * drawn.gpus_apart + drawn.classes - 1) / drawn.classes;
  const std::int64_t images = std::max(kLeastImages, kDataOfBatch * in_batch);
  problem[kDatasetSize] = images;
  return "A large data set is " + std::to_string(images) + " images of each class here, in the prediction too.";
}

}  // namespace ssem::advisor::json::training
