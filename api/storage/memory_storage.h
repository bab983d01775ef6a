// Storage that lives as long as the process.
#pragma once

#include <memory>

#include "api/storage/storage.h"

namespace ssem::api::storage {

std::unique_ptr<Storage> make_memory_storage();

}  // namespace ssem::api::storage
