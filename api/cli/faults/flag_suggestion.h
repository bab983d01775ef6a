// "did you mean": the flag or command that a word was meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ssem::api::cli {

// `word` and `known` have their dashes. By what it means (--tau is a temperature), as the only one that it begins
// (--temp), else by the fewest slips of the finger. Empty when there is none.
std::string suggested_flag(std::string_view word, const std::vector<std::string>& known);
std::string suggested_command(std::string_view word, const std::vector<std::string>& known);

}  // namespace ssem::api::cli
