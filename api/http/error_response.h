// Every status >= 400 carries one JSON shape (api/README.md, section 1).
#pragma once

#include <string_view>

#include "advisor/result.h"
#include "api/http/message.h"

namespace ssem::api::http {

int status_of(ErrorCode code);

// An error as clients may see it: a storage's fault without the server's paths.
Error shown_error(const Error& error);

Response error_response(const Error& error, std::string_view request_id);

// The body for a status that the HTTP library chose by itself (400 for a malformed request line, 413, 414, 416 ...).
Error error_for_status(int status);

// The fixed text of a bug: nothing of the exception leaves the process.
Error internal_error();

}  // namespace ssem::api::http
