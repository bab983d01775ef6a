#include "api/storage/memory_storage.h"

#include <utility>

#include "api/storage/export_copy.h"

namespace ssem::api::storage {
namespace {

// Nothing is written down; only the first load has anything to do.
class NoRecorder final : public studies::StudyWriter {
 public:
  Result<bool> begin(studies::Access) override { return false; }
  std::optional<Error> load(studies::StudyTable&) override { return std::nullopt; }
  std::optional<Error> commit() override { return std::nullopt; }
  void rollback() override {}
  void mark() override {}
  void release_mark() override {}
  void revert_to_mark() override {}
  bool changed_elsewhere() override { return false; }
  void study_created(const studies::Study&) override {}
  void study_deleted(const studies::Study&, std::int64_t, std::int64_t) override {}
  void study_attribute_set(std::int64_t, studies::AttributeKind, const studies::Attribute&) override {}
  void trial_created(const studies::Trial&) override {}
  void trial_param_set(std::int64_t, const studies::Param&) override {}
  void trial_state_set(const studies::Trial&) override {}
  void trial_intermediate_value_set(std::int64_t, const studies::IntermediateValue&) override {}
  void trial_attribute_set(std::int64_t, studies::AttributeKind, const studies::Attribute&) override {}
  void journal_appended(const std::string&, std::size_t, const std::vector<std::string>&) override {}
  void journal_deleted(const std::string&) override {}
  void idempotency_record_kept(const studies::IdempotencyRecord&) override {}
  void idempotency_record_dropped(const std::string&) override {}
};

class MemoryStorage final : public Storage {
 public:
  std::optional<Error> ping() override { return std::nullopt; }
  std::string_view kind() const override { return "memory"; }
  studies::StudyStore& studies() override { return studies_; }
  std::optional<Error> copy_to(const std::string& path) override { return write_copy(studies_, path); }

 private:
  studies::StudyStore studies_{std::make_unique<NoRecorder>()};
};

}  // namespace

std::unique_ptr<Storage> make_memory_storage() { return std::make_unique<MemoryStorage>(); }

}  // namespace ssem::api::storage
