// "did you mean": the known name closest to a misspelt one.
#pragma once

#include <span>
#include <string_view>

namespace ssem::advisor::json {

// The name with the fewest edits (insert, delete, replace, swap of neighbours), '-' and '_' and case counting as equal;
// empty when none is close. Names longer than 64 characters have none. Cost: |known| * 64 * 64 steps at most.
std::string_view closest_name(std::string_view misspelt, std::span<const std::string_view> known);

}  // namespace ssem::advisor::json
