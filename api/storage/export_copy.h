// Everything a store holds, written into a new file.
#pragma once

#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/studies/study_store.h"

namespace ssem::api::storage {

// `path` must not exist. Ids stay as they are.
std::optional<Error> write_copy(studies::StudyStore& store, const std::string& path);

}  // namespace ssem::api::storage
