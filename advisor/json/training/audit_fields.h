// What ssem-train reports of an audit, besides the names that report_fields.h has.
#pragma once

#include <string_view>

namespace ssem::advisor::json::training {

inline constexpr std::string_view kRegime = "regime";
inline constexpr std::string_view kStructured = "structured";  // the regime in which nothing has collapsed
inline constexpr std::string_view kDiagnosis = "diagnosis";
inline constexpr std::string_view kRows = "rows";
inline constexpr std::string_view kClasses = "classes";
inline constexpr std::string_view kFineClasses = "fine_classes";
inline constexpr std::string_view kInstances = "instances";
inline constexpr std::string_view kDimension = "dimension";
inline constexpr std::string_view kNormalised = "normalised";
inline constexpr std::string_view kNorms = "norms";
inline constexpr std::string_view kLeast = "least";
inline constexpr std::string_view kLargest = "largest";
inline constexpr std::string_view kAlignment = "alignment";
inline constexpr std::string_view kUniformity = "uniformity";
inline constexpr std::string_view kFineKnnAccuracy = "fine_knn_accuracy";
inline constexpr std::string_view kLabel = "label";
inline constexpr std::string_view kClassName = "name";  // of the label, where it is a word

// Of an audit without labels.
inline constexpr std::string_view kTotalVariance = "total_variance";
inline constexpr std::string_view kMeanSimilarity = "mean_similarity";
inline constexpr std::string_view kNearestSimilarity = "nearest_similarity";
inline constexpr std::string_view kComponents = "components_95";
inline constexpr std::string_view kDirections = "directions";
inline constexpr std::string_view kEvenUniformity = "even_uniformity";  // of as many images spread evenly
inline constexpr std::string_view kSpread = "spread";                   // the regime in which nothing is amiss

// Inside "nested_variance".
inline constexpr std::string_view kTotal = "total";
inline constexpr std::string_view kBetweenClasses = "between_classes";
inline constexpr std::string_view kBetweenFine = "between_fine";
inline constexpr std::string_view kBetweenInstances = "between_instances";
inline constexpr std::string_view kBetweenViews = "between_views";

}  // namespace ssem::advisor::json::training
