#include "api/storage/sqlite_writer.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "api/storage/data_version.h"
#include "api/storage/sqlite_connection.h"
#include "api/storage/sqlite_idempotency_records.h"
#include "api/storage/sqlite_load.h"

namespace ssem::api::storage {
namespace {

using studies::Attribute;
using studies::AttributeKind;
using studies::IdempotencyRecord;
using studies::IntermediateValue;
using studies::Param;
using studies::Study;
using studies::Trial;

// How the file names a number that is not finite.
std::string_view type_of(double value) {
  if (std::isnan(value)) return "NAN";
  if (std::isinf(value)) return value > 0 ? "INF_POS" : "INF_NEG";
  return "FINITE";
}

class SqliteWriter final : public studies::StudyWriter {
 public:
  SqliteWriter(std::string path, std::shared_ptr<DatabaseFile> file, std::unique_ptr<SqliteConnection> connection,
               std::unique_ptr<SqliteConnection> watching)
      : path_(std::move(path)),
        file_(std::move(file)),
        connection_(std::move(connection)),
        watching_(std::move(watching)),
        own_version_(std::make_unique<DataVersion>(*connection_)),
        watched_version_(std::make_unique<DataVersion>(*watching_)),
        records_(std::make_unique<SqliteIdempotencyRecords>(*connection_)) {}

  ~SqliteWriter() override {
    watched_version_.reset();
    watching_.reset();
    own_version_.reset();
    statements_.clear();
    records_.reset();
    if (file_->check(*connection_)) {
      save_commits();  // and no more: what lies under the file's name now is not ours
      return;
    }
    // Refused while others have the file open; the next start will do.
    if (connection_->execute("PRAGMA journal_mode = DELETE")) connection_->take_fault();
  }

  Result<bool> begin(studies::Access access) override {
    writes_ = access == studies::Access::write;
    if (writes_) {
      if (auto fault = file_->check(*connection_)) {
        save_commits();
        return *fault;
      }
    }
    const std::int64_t watched = watch();
    if (auto fault = connection_->execute(access == studies::Access::write ? "BEGIN IMMEDIATE" : "BEGIN")) {
      return *fault;
    }
    const std::int64_t version = own_version_->read();
    if (auto fault = connection_->take_fault()) return *fault;
    if (version != loaded_version_) stale_ = true;
    loaded_version_ = version;
    begun_at_ = watched;
    return stale_.load();
  }

  std::optional<Error> load(studies::StudyTable& table) override {
    std::optional<Error> fault = load_studies(*connection_, path_, table);
    stale_ = fault.has_value();
    return fault;
  }

  std::optional<Error> commit() override {
    std::optional<Error> fault = connection_->take_fault();
    if (!fault && writes_) fault = file_->check_names();
    if (!fault) fault = connection_->execute("COMMIT");
    if (!fault && writes_) fault = file_->check_names();  // the disk took a while
    if (!fault) seen_ = begun_at_;
    return fault;
  }

  void rollback() override {
    if (connection_->in_transaction() && connection_->execute("ROLLBACK")) connection_->take_fault();
    connection_->take_fault();
    stale_ = true;
  }

  void mark() override { write("SAVEPOINT change"); }
  void release_mark() override { write("RELEASE change"); }
  void revert_to_mark() override {
    write("ROLLBACK TO change");
    write("RELEASE change");
  }

  bool changed_elsewhere() override { return stale_ || watch() != seen_; }

  void study_created(const Study& study) override {
    write("INSERT INTO studies (study_id, study_name) VALUES (?, ?)", study.study_id, study.name);
    for (std::size_t objective = 0; objective < study.directions.size(); ++objective) {
      static constexpr std::array<std::string_view, 3> kNames = {"NOT_SET", "MINIMIZE", "MAXIMIZE"};
      write("INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, ?)",
            kNames[static_cast<std::size_t>(study.directions[objective])], study.study_id,
            static_cast<std::int64_t>(objective));
    }
  }

  void study_deleted(const Study& study, std::int64_t last_study_id, std::int64_t last_trial_id) override {
    for (const std::string table : {"trial_user_attributes", "trial_system_attributes", "trial_params", "trial_values",
                                    "trial_intermediate_values", "trial_heartbeats"}) {
      write("DELETE FROM " + table + " WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)",
            study.study_id);
    }
    for (const std::string table :
         {"trials", "study_directions", "study_user_attributes", "study_system_attributes", "studies"}) {
      write("DELETE FROM " + table + " WHERE study_id = ?", study.study_id);
    }
    const std::string keep = "INSERT OR REPLACE INTO ssem_meta (name, value) VALUES (?, ?)";
    write(keep, std::string_view("last_study_id"), last_study_id);
    write(keep, std::string_view("last_trial_id"), last_trial_id);
  }

  void study_attribute_set(std::int64_t study_id, AttributeKind kind, const Attribute& attribute) override {
    put_attribute("study", kind, study_id, attribute);
  }

  void trial_created(const Trial& trial) override {
    const Times times(trial);
    write(
        "INSERT INTO trials (trial_id, number, study_id, state, datetime_start, datetime_complete) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        trial.trial_id, trial.number, trial.study_id, studies::name_of(trial.state), times.start, times.complete);
    for (const Param& param : trial.params) trial_param_set(trial.trial_id, param);
    for (const Attribute& each : trial.user_attributes)
      put_attribute("trial", AttributeKind::user, trial.trial_id, each);
    for (const Attribute& each : trial.system_attributes) {
      put_attribute("trial", AttributeKind::system, trial.trial_id, each);
    }
    for (const IntermediateValue& value : trial.intermediate_values)
      trial_intermediate_value_set(trial.trial_id, value);
    if (trial.heartbeat) trial_heartbeat_set(trial.trial_id, *trial.heartbeat);
    put_values(trial);
  }

  void trial_param_set(std::int64_t trial_id, const Param& param) override {
    write(
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (trial_id, param_name) DO UPDATE SET param_value = excluded.param_value, "
        "distribution_json = excluded.distribution_json",
        trial_id, param.name, param.internal_value, param.distribution_json);
  }

  void trial_state_set(const Trial& trial) override {
    const Times times(trial);
    write("UPDATE trials SET state = ?, datetime_start = ?, datetime_complete = ? WHERE trial_id = ?",
          studies::name_of(trial.state), times.start, times.complete, trial.trial_id);
    put_values(trial);
  }

  void trial_intermediate_value_set(std::int64_t trial_id, const IntermediateValue& value) override {
    write(
        "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) "
        "VALUES (?, ?, ?, ?) ON CONFLICT (trial_id, step) DO UPDATE SET "
        "intermediate_value = excluded.intermediate_value, intermediate_value_type = excluded.intermediate_value_type",
        trial_id, value.step, finite(value.value), type_of(value.value));
  }

  void trial_attribute_set(std::int64_t trial_id, AttributeKind kind, const Attribute& attribute) override {
    put_attribute("trial", kind, trial_id, attribute);
  }

  void trial_heartbeat_set(std::int64_t trial_id, studies::Timestamp time) override {
    write(
        "INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (?, ?) ON CONFLICT (trial_id) DO UPDATE SET "
        "heartbeat = excluded.heartbeat",
        trial_id, studies::to_sql(time));
  }

  void journal_appended(const std::string& name, std::size_t first, const std::vector<std::string>& lines) override {
    auto number = static_cast<std::int64_t>(first);
    for (const std::string& line : lines) {
      write("INSERT INTO ssem_journal_lines (name, number, line) VALUES (?, ?, ?)", name, number++, line);
    }
  }

  void journal_deleted(const std::string& name) override {
    write("DELETE FROM ssem_journal_lines WHERE name = ?", name);
  }

  std::optional<IdempotencyRecord> find_idempotency_record(const std::string& id) override {
    return records_->find(id);
  }
  void idempotency_record_kept(const IdempotencyRecord& record) override { records_->keep(record); }
  void idempotency_record_dropped(const std::string& id) override { records_->drop(id); }

 private:
  // The texts of a trial's times, kept until they are written.
  struct Times {
    explicit Times(const Trial& trial) {
      if (trial.start) start = studies::to_sql(*trial.start);
      if (trial.complete) complete = studies::to_sql(*trial.complete);
    }
    std::optional<std::string> start;
    std::optional<std::string> complete;
  };

  static std::optional<double> finite(double value) {
    return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
  }

  void put_attribute(const std::string& owner, AttributeKind kind, std::int64_t id, const Attribute& attribute) {
    const std::string table = owner + (kind == AttributeKind::user ? "_user_attributes" : "_system_attributes");
    write("INSERT INTO " + table + " (" + owner + "_id, \"key\", value_json) VALUES (?, ?, ?) ON CONFLICT (" + owner +
              "_id, \"key\") DO UPDATE SET value_json = excluded.value_json",
          id, attribute.key, attribute.value_json);
  }

  void put_values(const Trial& trial) {
    if (!trial.values) return;
    write("DELETE FROM trial_values WHERE trial_id = ?", trial.trial_id);
    for (std::size_t objective = 0; objective < trial.values->size(); ++objective) {
      const double value = (*trial.values)[objective];
      write("INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)", trial.trial_id,
            static_cast<std::int64_t>(objective), finite(value), type_of(value));
    }
  }

  // Prepared once. After a fault nothing more is written: SQLite may have ended the transaction, and what came later
  // would be kept alone.
  template <class... Values>
  void write(const std::string& sql, const Values&... values) {
    if (connection_->has_fault() || !connection_->in_transaction()) return;
    auto known = statements_.find(sql);
    if (known == statements_.end()) known = statements_.emplace(sql, connection_->prepare(sql)).first;
    int parameter = 0;
    (known->second.bind(++parameter, values), ...);
    known->second.run();
  }

  // What is committed but still in the -wal goes into the file that is open, wherever that is now. Left there, the next
  // program would apply it to the file that has taken its name.
  void save_commits() {
    if (!file_->check_names()) return;  // the file is there but overwritten: its pages no longer fit those of the -wal
    if (connection_->execute("PRAGMA wal_checkpoint(TRUNCATE)")) connection_->take_fault();
  }

  std::int64_t watch() {
    const std::lock_guard lock(watching_mutex_);
    return watched_version_->read();
  }

  std::string path_;
  std::shared_ptr<DatabaseFile> file_;
  std::unique_ptr<SqliteConnection> connection_;
  std::unique_ptr<SqliteConnection> watching_;  // sees commits of connection_ and of other programs alike
  std::unique_ptr<DataVersion> own_version_;
  std::unique_ptr<DataVersion> watched_version_;
  std::mutex watching_mutex_;
  std::unordered_map<std::string, SqliteStatement> statements_;
  std::unique_ptr<SqliteIdempotencyRecords> records_;
  std::atomic<bool> stale_{true};
  bool writes_ = false;  // the transaction that goes on
  std::int64_t loaded_version_ = -1;
  std::int64_t begun_at_ = -1;
  std::atomic<std::int64_t> seen_{-1};  // of watching_, at the last begin() that came to its commit()
};

}  // namespace

Result<OpenSqliteWriter> open_sqlite_writer(const std::string& path) {
  using Mode = SqliteConnection::Mode;
  auto connection = SqliteConnection::open(path, Mode::existing, kBusyTimeout);
  if (!connection) return connection.error();
  // EXTRA is what keeps a commit through a power loss should the file system refuse write-ahead mode.
  if (auto fault = connection.value()->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = EXTRA")) return *fault;
  auto watching = SqliteConnection::open(path, Mode::existing, kBusyTimeout);
  if (!watching) return watching.error();
  // A first read makes the -wal and the -shm.
  if (auto fault = watching.value()->execute("SELECT 1 FROM sqlite_master")) return *fault;
  const auto file = std::make_shared<DatabaseFile>(path, *watching.value());
  auto writer = std::make_unique<SqliteWriter>(path, file, std::move(connection).value(), std::move(watching).value());
  return OpenSqliteWriter{std::move(writer), file};
}

}  // namespace ssem::api::storage
