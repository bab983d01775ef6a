// What may be asked to be validated, as JSON.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "advisor/json/training/spec_fields.h"
#include "advisor/result.h"
#include "api/jobs/datasets.h"
#include "api/jobs/job.h"

namespace ssem::api::jobs {

// How to train: everything but what is trained.
inline constexpr std::array<std::string_view, 11> kTrainingFields{
    advisor::json::training::kMode,      advisor::json::training::kDataset,  advisor::json::training::kModel,
    advisor::json::training::kOptimizer, advisor::json::training::kSchedule, advisor::json::training::kAugment,
    advisor::json::training::kBudget,    advisor::json::training::kDevice,   advisor::json::training::kSeed,
    advisor::json::training::kRestarts,  advisor::json::training::kControl};

inline constexpr std::int64_t kMostBudgetSteps = 100'000'000;

// Checks the training fields of `body` (others are left to the caller) and puts them into a request whose spec has no
// problem yet. Model, optimizer, schedule and augment are objects that ssem-train itself checks.
JobRequest read_training(const nlohmann::ordered_json& body, const Datasets& datasets, FaultList& faults);

// A whole request: problem, loss_weight and temperature or "recommend":true, and the training fields.
Result<JobRequest> read_validation(const nlohmann::ordered_json& body, const Datasets& datasets);

}  // namespace ssem::api::jobs
