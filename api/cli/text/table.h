// A table in as many characters as there are.
#pragma once

#include <string>
#include <vector>

#include "api/cli/text/text_style.h"

namespace ssem::api::cli {

// Columns as wide as their widest cell, numbers to the right. Where that is too wide, the titles break at spaces; where
// that is too wide as well, each row becomes a sentence: "- loss weight 0.7, temperature 0.1".
std::string table_text(const std::vector<std::string>& titles, const std::vector<std::vector<std::string>>& rows,
                       const TextStyle& style);

}  // namespace ssem::api::cli
