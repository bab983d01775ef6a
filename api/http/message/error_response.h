// Every status >= 400 carries one JSON shape (api/README.md, section 1).
#pragma once

#include <functional>
#include <string_view>

#include "advisor/json/text_writer.h"
#include "advisor/result.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

int status_of(ErrorCode code);

// {"error":{...},"reason"}; `beside` adds members after them.
Response error_response(const Error& error, std::string_view request_id,
                        const std::function<void(advisor::json::TextWriter&)>& beside = {});

// The same for a request in a handler.
Response refusal(const Error& error, const Request& request);

// As the storage and study routes answer: the code once more at the top, beside "reason", and `unprocessable` called
// invalid_value, as Optuna's storage client knows it.
Response study_refusal(const Error& error, const Request& request);

// The answer to what the HTTP library refused by itself (400 for a malformed request line, 413, 414, 416 ...).
Response library_refusal(int status, std::string_view request_id);

// The fixed text of a bug: nothing of the exception leaves the process.
Error internal_error();

}  // namespace ssem::api::http
