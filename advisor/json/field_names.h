// Every field that a request may have. The command line's flags and the API description are held against these lists.
#pragma once

#include <array>
#include <string_view>

namespace ssem::advisor::json {

inline constexpr std::string_view kClassCountsField = "class_counts";  // the only list

inline constexpr std::array<std::string_view, 21> kProblemFields{"preset",
                                                                 "classes",
                                                                 "batch_size",
                                                                 "instances_per_class",
                                                                 "dimension",
                                                                 "views",
                                                                 "convention",
                                                                 "sampling",
                                                                 "classes_per_batch",
                                                                 "reduction",
                                                                 "dataset_instances_per_class",
                                                                 "dataset",
                                                                 kClassCountsField,
                                                                 "gpus",
                                                                 "loss_gathers",
                                                                 "accumulation_steps",
                                                                 "queue_size",
                                                                 "cross_entropy_weight",
                                                                 "cross_entropy_head",
                                                                 "base_temperature",
                                                                 "goal"};

// Of what trains without labels: unlabelled_json.h.
inline constexpr std::string_view kLabelsField = "labels";
inline constexpr std::string_view kDatasetImagesField = "dataset_images";

// In an evaluation, in place of the temperature: schedule_json.h.
inline constexpr std::string_view kTemperatureScheduleField = "temperature_schedule";

// Classes inside coarser classes: levels_json.h.
inline constexpr std::string_view kLabelLevelsField = "label_levels";

inline constexpr std::array<std::string_view, 6> kEvaluationFields{
    "loss_weight", "temperature", kTemperatureScheduleField, kLabelLevelsField, kLabelsField, kDatasetImagesField};

inline constexpr std::array<std::string_view, 6> kRecommendationFields{
    "target_within_class_variance", "loss_weight", "temperature", kLabelLevelsField, kLabelsField, kDatasetImagesField};

// What is trained with now: an object, or its name with the settings beside it.
inline constexpr std::array<std::string_view, 5> kLibraryFields{
    "library", "library_temperature", "library_base_temperature", "library_loss_weight", "library_method"};

inline constexpr std::array<std::string_view, 6> kPhaseDiagramFields{
    "loss_weights", "temperatures", "min_loss_weight", "max_loss_weight", "min_temperature", "max_temperature"};

}  // namespace ssem::advisor::json
