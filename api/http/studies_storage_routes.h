// The whole of Optuna's BaseStorage over HTTP: /api/v1/storage/*.
#pragma once

#include "api/http/router.h"
#include "api/studies/study_store.h"

namespace ssem::api::http {

// The store outlives the router.
void add_storage_routes(Router& router, studies::StudyStore& store);

}  // namespace ssem::api::http
