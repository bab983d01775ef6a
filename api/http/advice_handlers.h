// Advice over HTTP (api/README.md, section 2): evaluations, recommendations, explanations, one or many, and the phase
// diagram.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

#include "api/http/message/message.h"

namespace ssem::api::http {

inline constexpr std::size_t kMaxBatchRequests = 10'000;

// What ends the work on many requests early: the rest are answered with an error each.
struct BatchLimits {
  std::chrono::steady_clock::duration time_budget;
  const std::atomic<bool>& stopping;
};

Response post_evaluations(const Request& request, const BatchLimits& limits);
Response get_evaluation(const Request& request);

Response post_recommendations(const Request& request, const BatchLimits& limits);
Response get_recommendation(const Request& request);

// What a logged loss value or curve means.
Response post_explanations(const Request& request, const BatchLimits& limits);

// The table that all answers about goals are read from.
Response get_goals();

Response get_phase_diagram(const Request& request);

}  // namespace ssem::api::http
