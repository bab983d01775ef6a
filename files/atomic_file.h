// A file that is either the whole new one or the whole old one, whatever happens in between.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "advisor/result.h"

namespace ssem::files {

// Writes beside `path`, syncs, renames over it and syncs the folder. A crash or a full disk leaves what was there
// before. Errors (unavailable) name the path and the system's reason. A process has one writer of a path at a time.
std::optional<Error> write_atomically(const std::filesystem::path& path, std::string_view bytes);

// Whether `file` is what a crash left of an unfinished write of `path`.
bool is_leftover_of(const std::filesystem::path& file, const std::filesystem::path& path);

// The folder and those above it, where they are missing, with names that outlive a crash.
std::error_code make_folders(const std::filesystem::path& folder);

// So that names that were made or replaced in it outlive a crash. Not every file system lets a folder be synced; the
// name is then as safe as it gets.
void sync_folder(const std::filesystem::path& folder);

}  // namespace ssem::files
