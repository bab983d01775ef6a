// What every answer carries, whatever made it.
#pragma once

#include <chrono>
#include <string>

#include "api/http/message/message.h"

namespace ssem::api::http {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(std::chrono::system_clock::time_point time);

// Date, and what keeps a browser from running, framing, guessing at or handing on an answer. Rules that the answer has
// already are left.
void add_standard_headers(Response& response);

}  // namespace ssem::api::http
