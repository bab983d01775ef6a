// What optuna-dashboard's routes do around their own work.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "api/http/studies/studies_call.h"

namespace ssem::api::http {

// The API's error body, whose "reason" the front-end shows. A name that is taken is 400 here.
Response dashboard_refusal(const Error& error, const Request& request);

// As write_idempotent(); a 204 carries no body.
Response dashboard_change(const Request& request, studies::StudyStore& store,
                          const std::function<Result<StudyResponse>(studies::StudyTable&)>& make);

inline StudyResponse no_content() { return {204, ""}; }

// PUT of a note: 204, or 409 with the note that is there.
Response dashboard_note(const Request& request, studies::StudyStore& store, std::int64_t study_id,
                        std::optional<std::int64_t> trial_id);

}  // namespace ssem::api::http
