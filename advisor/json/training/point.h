// What is trained: {"problem":{...}, "loss_weight":0.5, "temperature":0.1}, in a spec among other fields. The advisor's
// readers take it as one flat object; here it is joined for them, and their faults get their paths back.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "advisor/evaluation.h"
#include "advisor/result.h"

namespace ssem::advisor::json::training {

// The problem's fields and, of `beside`, those that stand beside it. Faults: there is no problem, it is no object, or
// it has a field that belongs beside it. Free embeddings are given finite data (finite_data.h).
nlohmann::ordered_json flat_point(const nlohmann::ordered_json& body, std::span<const std::string_view> beside,
                                  FaultList& faults);

// Without a mode, and with that of free embeddings.
bool trains_embeddings(const nlohmann::ordered_json& body);

// Faults of the flat object, with their paths from the root of `body`; those of a problem that is no object are left
// out.
void add_flat_faults(const nlohmann::ordered_json& body, const Error& error, std::span<const std::string_view> beside,
                     FaultList& faults);

// Fields besides are left to the caller. The temperature of a schedule is its last one. Faults also name a convention
// that cannot be trained. Nothing with a fault.
std::optional<EvaluationRequest> read_point(const nlohmann::ordered_json& body, FaultList& faults);

// The fault of a convention that is only evaluated, or of a queue.
void check_trainable(const Problem& problem, FaultList& faults);

// Whether a loss weight changes what is trained: as the loss's own, or as that of a self-supervised term beside it.
constexpr bool is_trained_with_loss_weight(Convention convention) {
  return !has_fixed_loss_weight(convention) || may_be_mixed(convention);
}

// A problem as a request may have it: nothing that was derived, no null. Checkpoints keep it to know their run again.
nlohmann::ordered_json problem_json(const Problem& problem);

}  // namespace ssem::advisor::json::training
