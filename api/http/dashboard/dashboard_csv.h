// The trials of a study as a table: GET /csv/{study_id}.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "advisor/result.h"
#include "api/http/message/message.h"
#include "api/studies/trial.h"

namespace ssem::api::http {

// The query's trial_ids, which are trial numbers; nothing: all.
Result<std::optional<std::vector<std::int64_t>>> csv_numbers(const Request& request);

// Number, State, values, parameters and user attributes by name; RFC 4180.
Response csv_of(const studies::Study& study, const std::vector<studies::TrialPtr>& trials,
                const std::optional<std::vector<std::int64_t>>& numbers, const Request& request);

}  // namespace ssem::api::http
