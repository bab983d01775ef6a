// What ssem-train reports in the end (trainer/README.md). Numbers that are not finite, and what was not measured, are
// the texts "inf", "-inf" and "nan".
#pragma once

#include <array>
#include <string_view>

namespace ssem::advisor::json::training {

inline constexpr std::string_view kVerdict = "verdict";
inline constexpr std::string_view kConfirmed = "confirmed";
inline constexpr std::string_view kRefuted = "refuted";
inline constexpr std::string_view kInconclusive = "inconclusive";

inline constexpr std::string_view kWhy = "why";
inline constexpr std::string_view kCause = "cause";
inline constexpr std::string_view kPredicted = "predicted";
inline constexpr std::string_view kMeasured = "measured";
inline constexpr std::string_view kSpec = "spec";
inline constexpr std::string_view kBlas = "blas";
inline constexpr std::string_view kVarianceTolerance = "variance_tolerance";  // of the verdict
inline constexpr std::string_view kConverged = "converged";
inline constexpr std::string_view kConvergenceWhy = "convergence_why";
inline constexpr std::string_view kStoppedEarly = "cancelled";
inline constexpr std::string_view kNotes = "notes";
inline constexpr std::string_view kElapsedS = "elapsed_s";

// Inside "control", which only the report of a steered run has.
inline constexpr std::string_view kFinalLossWeight = "final_loss_weight";
inline constexpr std::string_view kSettled = "settled";
inline constexpr std::string_view kAverageWithinClassVariance = "average_within_class_variance";  // over its end

// Inside "measured"; the variances stand in progress events too.
inline constexpr std::string_view kCollapsed = "collapsed";
inline constexpr std::string_view kPerClass = "per_class";
inline constexpr std::string_view kNestedVariance = "nested_variance";
inline constexpr std::string_view kWithinClassSimilarity = "within_class_similarity";
inline constexpr std::string_view kBetweenClassSimilarity = "between_class_similarity";
inline constexpr std::string_view kWithinClassVariance = "within_class_variance";
inline constexpr std::string_view kBetweenClassVariance = "between_class_variance";
inline constexpr std::string_view kTrainWithinClassVariance = "train_within_class_variance";
inline constexpr std::string_view kViewVariance = "view_variance";
inline constexpr std::string_view kViewSimilarity = "view_similarity";
inline constexpr std::string_view kLossValue = "loss_value";
inline constexpr std::string_view kGradientNorm = "gradient_norm";
inline constexpr std::string_view kKnnAccuracy = "knn_accuracy";
inline constexpr std::string_view kWeightedKnnAccuracy = "weighted_knn_accuracy";
inline constexpr std::string_view kLinearProbeAccuracy = "linear_probe_accuracy";
inline constexpr std::string_view kFineAccuracy = "fine_accuracy";
inline constexpr std::string_view kEmbeddingFineAccuracy = "embedding_fine_accuracy";
inline constexpr std::string_view kEffectiveRank = "effective_rank";
inline constexpr std::string_view kPrototypeAccuracy = "prototype_accuracy";
inline constexpr std::string_view kCorruptedAccuracy = "corrupted_accuracy";  // {"noise": ..}, by corruption
inline constexpr std::string_view kFewShotAccuracy = "few_shot_accuracy";     // {"5": .., "20": ..}, by shots
inline constexpr std::string_view kEncoderWithinClassVariance = "encoder_within_class_variance";
inline constexpr std::string_view kDirectionalVariance = "directional_variance";
inline constexpr std::string_view kClassDirections = "class_directions";
inline constexpr std::string_view kViewConsistency = "view_consistency";
inline constexpr std::string_view kForeignAuroc = "foreign_auroc";  // of features, the mean over the foreign data
inline constexpr std::string_view kAuroc = "auroc";
inline constexpr std::string_view kEmbeddingAuroc = "embedding_auroc";
inline constexpr std::string_view kEmbeddingLinearProbeAccuracy = "embedding_linear_probe_accuracy";

// The numbers among them.
inline constexpr std::array<std::string_view, 21> kMeasuredNumbers{kLinearProbeAccuracy,
                                                                   kKnnAccuracy,
                                                                   kWeightedKnnAccuracy,
                                                                   kFineAccuracy,
                                                                   kEmbeddingFineAccuracy,
                                                                   kWithinClassVariance,
                                                                   kBetweenClassVariance,
                                                                   kTrainWithinClassVariance,
                                                                   kWithinClassSimilarity,
                                                                   kBetweenClassSimilarity,
                                                                   kViewVariance,
                                                                   kViewSimilarity,
                                                                   kLossValue,
                                                                   kGradientNorm,
                                                                   kEffectiveRank,
                                                                   kPrototypeAccuracy,
                                                                   kEncoderWithinClassVariance,
                                                                   kDirectionalVariance,
                                                                   kClassDirections,
                                                                   kViewConsistency,
                                                                   kForeignAuroc};

inline constexpr std::string_view kNotANumber = "nan";

}  // namespace ssem::advisor::json::training
