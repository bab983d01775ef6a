// An answer that ends a connection whose request was not read.
#pragma once

#include <string>

#include "api/http/connections/connection.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

// As much of the request as its first line tells, which may be anything, and where it came from.
void describe_unread(Connection& connection, Request& request);

// The whole text of the answer.
std::string text_of_refusal(const Response& response);

}  // namespace ssem::api::http
