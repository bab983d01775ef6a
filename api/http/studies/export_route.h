// The storage as a file that Optuna opens: GET /api/v1/export/optuna.sqlite.
#pragma once

#include "api/http/router.h"
#include "api/storage/storage.h"

namespace ssem::api::http {

// The storage outlives the router.
void add_export_route(Router& router, storage::Storage& storage);

}  // namespace ssem::api::http
