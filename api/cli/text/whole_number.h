// Whole numbers as people type them.
#pragma once

#include <cstdint>
#include <string>

namespace ssem::api::cli {

// "1e3" and "1000.0" as "1000"; every other text as it is, "1.5" and "ten" too.
std::string plain_whole_number(const std::string& text);

// The same of each part between commas.
std::string plain_whole_numbers(const std::string& text);

// What is wrong with a text that should be a whole number in a range: "must be an integer from 0 to 9, got "x"". Empty
// when nothing is.
std::string whole_number_fault(const std::string& text, std::int64_t lowest, std::int64_t highest);

}  // namespace ssem::api::cli
