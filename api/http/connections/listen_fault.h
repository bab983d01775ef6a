// Why a server cannot listen.
#pragma once

#include <string>

#include "advisor/result.h"

namespace ssem::api::http {

// `error` is the system's number, 0 where it has none for an address that it does not know. Errors: conflict where
// another program listens there, else unavailable.
Error listen_fault(const std::string& host, int port, int error);

}  // namespace ssem::api::http
