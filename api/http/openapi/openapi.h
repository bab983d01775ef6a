// The OpenAPI document, openapi.json of this folder, embedded at build time.
#pragma once

#include <string_view>

namespace ssem::api::http {

std::string_view openapi_document() noexcept;

}  // namespace ssem::api::http
