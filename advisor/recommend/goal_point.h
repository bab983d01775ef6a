// The point for a goal: where an encoder is expected to deliver the variance that the goal asks for.
#pragma once

#include <optional>
#include <vector>

#include "advisor/goals.h"
#include "advisor/recommend/chosen_point.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {

// Temperatures at which encoders were seen to train well (evidence in theory.md, section 5).
inline constexpr double kLowestTrainedTemperature = 0.07;
inline constexpr double kHighestTrainedTemperature = 0.2;
// Beyond them a search goes on with this standard deviation of the log temperature.
inline constexpr double kLogTemperatureWidth = 0.35;
// Nothing that was published gains from more, and above it the variance hardly changes with the loss weight.
inline constexpr double kMostLossWeight = 0.75;

// Where encoders are expected to have this variance: at the customary temperature, which transfer and retrieval were
// seen to like better than the one that needs the smallest loss weight, and no further from it than a loss weight of
// kMostLossWeight asks for. A fixed loss weight or temperature of the request stays. Absent where nothing is expected
// (expected_in_training.h): then the optimum's variance is all there is to aim with.
std::optional<ChosenPoint> point_in_training(const RecommendationRequest& request, double variance);

// Collapsed, with the views of an image together: what plain SupCon does, as a point of the problem's own convention.
// Halfway, in logits, between the loss weights below which views part and classes collapse.
ChosenPoint collapsed_point(const RecommendationRequest& request);

// For a goal: one of the two, with the table's words in `why`.
ChosenPoint point_for_goal(const RecommendationRequest& request, const GoalEvidence& evidence);

// Points for kChoiceVariances; those that cannot be reached are left out.
std::vector<Choice> choices(const RecommendationRequest& request);

}  // namespace ssem::advisor
