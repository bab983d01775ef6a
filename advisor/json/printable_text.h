// Text from files and requests as a terminal or log may show it: nothing in it moves a cursor, turns or hides text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ssem::advisor::json {

// Appends the character at `position`, or '?' for a control character, a text direction mark or a broken byte. How many
// bytes it has.
std::size_t append_printable(std::string_view text, std::size_t position, std::string& shown);

// The whole text so; ends of lines stay.
std::string printable_lines(std::string_view text);

}  // namespace ssem::advisor::json
