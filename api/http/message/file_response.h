// An answer whose body is a file, read while it is sent: it need not fit into memory.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "api/http/message/message.h"

namespace ssem::api::http {

// Nothing when the file cannot be opened. It is open from here on, so it may be removed meanwhile; `kept` lives until
// it is sent. Should it become shorter, the connection is cut.
std::optional<Response> file_response(const std::filesystem::path& path, std::string content_type,
                                      std::shared_ptr<const void> kept = {});

// The same, or the part of it that the request's Range header asks for (206), or 416 where it has no such part.
std::optional<Response> file_response(const Request& request, const std::filesystem::path& path,
                                      std::string content_type);

}  // namespace ssem::api::http
