// Where a change of the studies is written down: what a storage back end implements.
#pragma once

#include <optional>

#include "advisor/result.h"
#include "api/studies/idempotency_record.h"
#include "api/studies/trial.h"

namespace ssem::api::studies {

class StudyTable;

enum class Access { read, write };

// One thread at a time, but for changed_elsewhere(). Nothing here throws. A change that cannot be written is remembered
// and returned by commit(), which then has kept nothing.
class StudyWriter {
 public:
  virtual ~StudyWriter() = default;

  // Starts a transaction. True: someone else changed the data since the last one, or a rollback lost changes; what is
  // in memory must then be thrown away and loaded.
  virtual Result<bool> begin(Access access) = 0;
  virtual std::optional<Error> load(StudyTable& table) = 0;
  virtual std::optional<Error> commit() = 0;  // durable when it returns nothing
  virtual void rollback() = 0;

  // A point inside the transaction, for changes that are given up alone.
  virtual void mark() = 0;
  virtual void release_mark() = 0;
  virtual void revert_to_mark() = 0;

  // Whether the data may have changed since the last begin(), by us or others. Any thread.
  virtual bool changed_elsewhere() = 0;

  virtual void study_created(const Study& study) = 0;
  virtual void study_deleted(const Study& study, std::int64_t last_study_id, std::int64_t last_trial_id) = 0;
  virtual void study_attribute_set(std::int64_t study_id, AttributeKind kind, const Attribute& attribute) = 0;
  virtual void trial_created(const Trial& trial) = 0;
  virtual void trial_param_set(std::int64_t trial_id, const Param& param) = 0;
  virtual void trial_state_set(const Trial& trial) = 0;  // state, times; values where there are any
  virtual void trial_intermediate_value_set(std::int64_t trial_id, const IntermediateValue& value) = 0;
  virtual void trial_attribute_set(std::int64_t trial_id, AttributeKind kind, const Attribute& attribute) = 0;
  virtual void trial_heartbeat_set(std::int64_t trial_id, Timestamp time) = 0;
  virtual void journal_appended(const std::string& name, std::size_t first, const std::vector<std::string>& lines) = 0;
  virtual void journal_deleted(const std::string& name) = 0;

  // Of these the writer is the only keeper: they are looked up one by one and would fill the memory. A record takes the
  // place of an earlier one with its id; the oldest go as idempotency_record.h says.
  virtual std::optional<IdempotencyRecord> find_idempotency_record(const std::string& id) = 0;
  virtual void idempotency_record_kept(const IdempotencyRecord& record) = 0;
  virtual void idempotency_record_dropped(const std::string& id) = 0;
};

}  // namespace ssem::api::studies
