// The objects inside a spec, each with its ranges and the rules among its own fields.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

inline constexpr std::int64_t kMaxProjection = 65536;
inline constexpr std::int64_t kMaxSteps = 1'000'000'000;

// Made by the trainer itself, not read from files.
bool is_generated(std::string_view dataset_kind);

// Faults go to `faults` with the whole path ("/model/kind"); a data set's begins with `path`.
void read_dataset(const nlohmann::ordered_json& body, const std::string& path, DatasetSpec& dataset, FaultList& faults);
void read_datasets(const nlohmann::ordered_json& body, std::string_view name, std::vector<DatasetSpec>& datasets,
                   FaultList& faults);
// Of the list "corruptions".
void read_corruptions(const nlohmann::ordered_json& body, std::vector<Corruption>& corruptions, FaultList& faults);
std::string_view name(Corruption corruption);

void read_control(const nlohmann::ordered_json& body, ControlSpec& control, FaultList& faults);
void read_model(const nlohmann::ordered_json& body, ModelSpec& model, FaultList& faults);
void read_optimizer(const nlohmann::ordered_json& body, OptimizerSpec& optimizer, FaultList& faults);
void read_schedule(const nlohmann::ordered_json& body, ScheduleSpec& schedule, FaultList& faults);
void read_augment(const nlohmann::ordered_json& body, AugmentSpec& augment, FaultList& faults);
void read_budget(const nlohmann::ordered_json& body, BudgetSpec& budget, FaultList& faults);

}  // namespace ssem::trainer
