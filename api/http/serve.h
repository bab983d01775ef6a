// `ssem serve`: storage, routes, server and signals put together.
#pragma once

#include "api/http/settings.h"

namespace ssem::api::http {

// Serves until SIGINT or SIGTERM; SIGHUP has the file of API keys read anew. Prints one line with the real port to
// stdout once connections are accepted, the log to stderr. The exit code: 0 after a signal, 1 when the server could not
// start, 2 when a setting is wrong in itself.
int serve(const Settings& settings);

// The routing table, one line per route, to stdout.
void print_routes(const Settings& settings);

}  // namespace ssem::api::http
