// The whole text of an answer that ends a connection whose request was not read.
#pragma once

#include <string>

#include "api/http/message/message.h"

namespace ssem::api::http {

std::string text_of_refusal(const Response& response);

}  // namespace ssem::api::http
