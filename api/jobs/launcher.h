// What stands before ssem-train on a job's command line: "srun --gres=gpu:1", say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::api::jobs {

// Words as a shell splits them: at spaces, but for 'single' and "double" quotes; a backslash takes the next character
// as it is. Nothing is expanded. Errors: a quote without its end.
Result<std::vector<std::string>> split_words(std::string_view text);

// The words with {id} and {folder} replaced wherever they stand.
std::vector<std::string> filled_in(const std::vector<std::string>& words, std::string_view id, std::string_view folder);

}  // namespace ssem::api::jobs
