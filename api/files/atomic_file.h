// A file that is either the whole new one or the whole old one, whatever happens in between.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "advisor/result.h"

namespace ssem::api::jobs {

// Writes beside `path`, syncs, and renames over it. Errors (unavailable) name the path and the system's reason.
std::optional<Error> write_whole(const std::filesystem::path& path, std::string_view bytes);

}  // namespace ssem::api::jobs
