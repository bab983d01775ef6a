// A file that is either the whole new one or the whole old one, whatever happens in between.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"

namespace ssem::trainer {

// Writes `bytes` beside `path`, syncs, renames over it and syncs the folder. A crash or a full disk leaves what was
// there before. Errors (unavailable) name the path and the system's reason.
std::optional<Error> write_atomically(const std::string& path, std::string_view bytes);

}  // namespace ssem::trainer
