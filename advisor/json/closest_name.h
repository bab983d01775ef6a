// "did you mean": the known name closest to a misspelt one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ssem::advisor::json {

// The name with the fewest edits (insert, delete, replace, swap of neighbours), '-' and '_' and case counting as equal;
// or, where none is close, the only one whose initials it is ("lie" of load_if_exists), or of whose words it is the
// first or the last ("name" of study_name); empty when there is none. Names longer than 64 characters have none.
// Cost: |known| * 64 * 64 steps at most.
std::string_view closest_name(std::string_view misspelt, std::span<const std::string_view> known);

// "is no known field", with the closest name where there is one.
std::string unknown_field_rule(std::string_view name, std::span<const std::string_view> known);

}  // namespace ssem::advisor::json
