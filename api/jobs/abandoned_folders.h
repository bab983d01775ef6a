// Temporary data folders of servers that were killed.
#pragma once

#include <filesystem>

namespace ssem::api::jobs {

// What a temporary data folder is named: this and six random letters.
inline constexpr const char* kTemporaryPrefix = "ssem-";

// Removes those below `parent` whose marker says that a server made them, that belong to this user, and whose lock
// nobody holds. Links are not followed.
void remove_abandoned_folders(const std::filesystem::path& parent);

}  // namespace ssem::api::jobs
