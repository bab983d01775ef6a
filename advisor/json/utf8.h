// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
#pragma once

#include <cstddef>
#include <string_view>

namespace ssem::advisor::json {

// Bytes of the character that starts at `position`; 0 when the bytes there are broken. `position` < text.size().
std::size_t utf8_length_at(std::string_view text, std::size_t position);

// Position of the first broken byte; npos when there is none. Linear, no allocation.
std::size_t find_broken_utf8(std::string_view text);

}  // namespace ssem::advisor::json
