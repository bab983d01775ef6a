// Optuna's enumerations, under Optuna's names.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace ssem::api::studies {

// In Optuna's order, so that the integers agree.
enum class TrialState { running, complete, pruned, fail, waiting };
inline constexpr std::array<std::string_view, 5> kTrialStateNames = {"RUNNING", "COMPLETE", "PRUNED", "FAIL",
                                                                     "WAITING"};

constexpr std::string_view name_of(TrialState state) { return kTrialStateNames[static_cast<std::size_t>(state)]; }
std::optional<TrialState> trial_state_named(std::string_view name);

// Finished trials never change again.
constexpr bool is_finished(TrialState state) { return state != TrialState::running && state != TrialState::waiting; }

enum class Direction { not_set, minimize, maximize };
inline constexpr std::array<std::string_view, 3> kDirectionNames = {"not_set", "minimize", "maximize"};

constexpr std::string_view name_of(Direction direction) { return kDirectionNames[static_cast<std::size_t>(direction)]; }
// Upper and lower case alike: files hold MINIMIZE where requests hold minimize.
std::optional<Direction> direction_named(std::string_view name);

}  // namespace ssem::api::studies
