// API keys as a file holds them: a line "NAME ROLE sha256:HEX" each. The keys themselves are not in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "api/http/access/role.h"

namespace ssem::api::http {

struct KeyEntry {
  std::string name;  // 1 to 64 letters, digits, dots, dashes, underscores
  Access role = Access::read;
  std::string sha256;  // of the key, in lower-case hexadecimal digits. Keys are random, so no salt is needed.
};

bool is_key_name(std::string_view name);

// Lines that are empty or begin with # are passed over. Errors (invalid_argument) name the line.
Result<std::vector<KeyEntry>> parse_key_file(std::string_view text);

// Reads it. A file that others than its owner may write is refused: they could let themselves in.
Result<std::vector<KeyEntry>> read_key_file(const std::string& path);

// 256 random bits after a prefix by which a leaked key is recognised.
Result<std::string> new_api_key();

// The file's line for a key.
std::string key_file_line(std::string_view name, Access role, std::string_view key);

}  // namespace ssem::api::http
