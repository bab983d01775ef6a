// Journals over HTTP: what Optuna's JournalStorage needs of a backend.
#pragma once

#include "api/http/router.h"
#include "api/studies/study_store.h"

namespace ssem::api::http {

// The store outlives the router.
void add_journal_routes(Router& router, studies::StudyStore& store);

}  // namespace ssem::api::http
