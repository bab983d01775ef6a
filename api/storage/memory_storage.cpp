#include "api/storage/memory_storage.h"

namespace ssem::api::storage {
namespace {

class MemoryStorage final : public Storage {
 public:
  std::optional<Error> ping() override { return std::nullopt; }
  std::string_view kind() const override { return "memory"; }
};

}  // namespace

std::unique_ptr<Storage> make_memory_storage() { return std::make_unique<MemoryStorage>(); }

}  // namespace ssem::api::storage
