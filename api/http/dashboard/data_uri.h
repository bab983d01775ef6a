// Bytes in a text: "data:image/png;base64,iVBORw0KGgo=".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ssem::api::http {

// Nothing for what is no base64 data URI.
std::optional<std::string> bytes_of_data_uri(std::string_view uri);

}  // namespace ssem::api::http
