// What may be asked to be validated, as JSON.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "advisor/result.h"
#include "api/jobs/datasets.h"
#include "api/jobs/job.h"

namespace ssem::api::jobs {

// How to train: everything but what is trained.
inline constexpr std::array<std::string_view, 10> kTrainingFields{
    "mode", "dataset", "model", "optimizer", "schedule", "augment", "budget", "device", "seed", "restarts"};

inline constexpr std::int64_t kMostBudgetSteps = 100'000'000;

// Checks the training fields of `body` (others are left to the caller) and puts them into a request whose spec has no
// problem yet. Model, optimizer, schedule and augment are objects that ssem-train itself checks.
JobRequest read_training(const nlohmann::ordered_json& body, const Datasets& datasets, FaultList& faults);

// A whole request: problem, loss_weight and temperature or "recommend":true, and the training fields.
Result<JobRequest> read_validation(const nlohmann::ordered_json& body, const Datasets& datasets);

// The evaluation that the spec of a job is held against, as JSON; empty for a spec that cannot be evaluated.
std::string predicted_text(const JobRequest& request);

}  // namespace ssem::api::jobs
