#include "api/storage/memory_storage.h"

#include <list>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/storage/export_copy.h"

namespace ssem::api::storage {
namespace {

using studies::IdempotencyRecord;

// Nothing is written down; only the first load has anything to do. Idempotency records live here, oldest first.
class MemoryWriter final : public studies::StudyWriter {
 public:
  Result<bool> begin(studies::Access) override { return false; }
  std::optional<Error> load(studies::StudyTable&) override { return std::nullopt; }
  std::optional<Error> commit() override { return std::nullopt; }
  void rollback() override {}
  void mark() override { kept_since_mark_.clear(); }
  void release_mark() override {}
  void revert_to_mark() override {
    for (const std::string& id : kept_since_mark_) idempotency_record_dropped(id);
  }
  bool changed_elsewhere() override { return false; }
  void study_created(const studies::Study&) override {}
  void study_deleted(const studies::Study&, std::int64_t, std::int64_t) override {}
  void study_attribute_set(std::int64_t, studies::AttributeKind, const studies::Attribute&) override {}
  void trial_created(const studies::Trial&) override {}
  void trial_param_set(std::int64_t, const studies::Param&) override {}
  void trial_state_set(const studies::Trial&) override {}
  void trial_intermediate_value_set(std::int64_t, const studies::IntermediateValue&) override {}
  void trial_attribute_set(std::int64_t, studies::AttributeKind, const studies::Attribute&) override {}
  void trial_heartbeat_set(std::int64_t, studies::Timestamp) override {}
  void journal_appended(const std::string&, std::size_t, const std::vector<std::string>&) override {}
  void journal_deleted(const std::string&) override {}

  std::optional<IdempotencyRecord> find_idempotency_record(const std::string& id) override {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? std::nullopt : std::optional(*found->second);
  }
  void idempotency_record_kept(const IdempotencyRecord& record) override {
    idempotency_record_dropped(record.id);
    by_id_[record.id] = records_.insert(records_.end(), record);
    kept_since_mark_.push_back(record.id);
    bytes_ += record.body.size();
    while (records_.size() > studies::kMostIdempotencyRecords || bytes_ > studies::kMostIdempotencyBytes) {
      idempotency_record_dropped(std::string(records_.front().id));
    }
  }
  void idempotency_record_dropped(const std::string& id) override {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    bytes_ -= found->second->body.size();
    records_.erase(found->second);
    by_id_.erase(found);
  }

 private:
  std::list<IdempotencyRecord> records_;
  std::unordered_map<std::string, std::list<IdempotencyRecord>::iterator> by_id_;
  std::vector<std::string> kept_since_mark_;
  std::size_t bytes_ = 0;
};

class MemoryStorage final : public Storage {
 public:
  std::optional<Error> ping() override { return std::nullopt; }
  std::string_view kind() const override { return "memory"; }
  studies::StudyStore& studies() override { return studies_; }
  std::optional<Error> copy_to(const std::string& path) override { return write_copy(studies_, path); }

 private:
  studies::StudyStore studies_{std::make_unique<MemoryWriter>()};
};

}  // namespace

std::unique_ptr<Storage> make_memory_storage() { return std::make_unique<MemoryStorage>(); }

}  // namespace ssem::api::storage
