// One request per line in, one answer or error object per line out, in order, each written before the next is read.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "advisor/result.h"

namespace ssem::api::cli {

inline constexpr std::size_t kMaxLineBytes = 16U << 20U;

using AnswerText = Result<std::string> (*)(const nlohmann::ordered_json& body);

// `path` is a file or "-" for stdin. Blank lines are skipped. An error object carries its line number as request_id,
// "line-3". Returns the exit code: 0, 1 when some line failed or the output broke, 2 when the input cannot be read.
int answer_lines(const std::string& path, AnswerText answer);

}  // namespace ssem::api::cli
