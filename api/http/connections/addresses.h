// Who speaks to whom on a connection.
#pragma once

#include "api/http/connections/connection.h"

namespace ssem::api::http {

// Fills in the addresses and ports of a connection that has none yet.
void name_addresses(Connection& connection);

}  // namespace ssem::api::http
