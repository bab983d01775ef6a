// The OpenAPI document: openapi.yaml of this folder and what it refers to, made one and embedded at build time.
#pragma once

#include <string_view>

namespace ssem::api::http {

std::string_view openapi_document() noexcept;

}  // namespace ssem::api::http
