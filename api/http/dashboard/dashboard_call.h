// What optuna-dashboard's routes do around their own work.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "api/http/studies/studies_call.h"

namespace ssem::api::http {

// As write_idempotent(), with the API's error body, whose "reason" the front-end shows.
inline Response dashboard_change(const Request& request, studies::StudyStore& store,
                                 const std::function<Result<StudyResponse>(studies::StudyTable&)>& make) {
  return write_idempotent(request, store, make, refusal);
}

// 204, as optuna-dashboard's server answers; but {} to pages, which send an Origin with every change: since 0.21.0 the
// front-end reads JSON from every answer, and calls a write failed that has none.
inline StudyResponse no_content(const Request& request) {
  return request.header_count("Origin") > 0 ? StudyResponse{} : StudyResponse{204, ""};
}

// PUT of a note: no content, or 409 with the note that is there.
Response dashboard_note(const Request& request, studies::StudyStore& store, std::int64_t study_id,
                        std::optional<std::int64_t> trial_id);

}  // namespace ssem::api::http
