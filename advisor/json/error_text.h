// Errors as JSON (api/README.md, section 1).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "advisor/result.h"

namespace ssem::advisor::json {

class TextWriter;

// The body of every status >= 400: {"error":{"code","message","fields","request_id"},"reason"}. The code is the finer
// one where there is one; the private detail stays out.
std::string to_text(const Error& error, std::string_view request_id);

// Only "error":{...}, for bodies that have more beside it.
void write_error(TextWriter& out, const Error& error, std::string_view code, std::string_view request_id);

nlohmann::ordered_json to_json(const Error& error, std::string_view request_id);

}  // namespace ssem::advisor::json
