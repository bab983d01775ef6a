#include "api/storage/sqlite_schema.h"

namespace ssem::api::storage {
namespace {

constexpr int kSchemaVersion = 3;                         // 2: journals; 3: answers by Idempotency-Key
constexpr std::string_view kOptunaRevision = "v3.2.0.a";  // of every Optuna from 3.2 on

// Optuna relies on the UNIQUE constraints: it overwrites attributes by ON CONFLICT.
constexpr const char* kOptunaTables = R"sql(
CREATE TABLE IF NOT EXISTS studies (
  study_id INTEGER NOT NULL, study_name VARCHAR(512) NOT NULL, PRIMARY KEY (study_id));
CREATE UNIQUE INDEX IF NOT EXISTS ix_studies_study_name ON studies (study_name);
CREATE TABLE IF NOT EXISTS version_info (
  version_info_id INTEGER NOT NULL, schema_version INTEGER, library_version VARCHAR(256),
  PRIMARY KEY (version_info_id), CHECK (version_info_id = 1));
CREATE TABLE IF NOT EXISTS study_directions (
  study_direction_id INTEGER NOT NULL, direction VARCHAR(8) NOT NULL, study_id INTEGER NOT NULL,
  objective INTEGER NOT NULL, PRIMARY KEY (study_direction_id), UNIQUE (study_id, objective),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE TABLE IF NOT EXISTS study_user_attributes (
  study_user_attribute_id INTEGER NOT NULL, study_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (study_user_attribute_id), UNIQUE (study_id, "key"),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE TABLE IF NOT EXISTS study_system_attributes (
  study_system_attribute_id INTEGER NOT NULL, study_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (study_system_attribute_id), UNIQUE (study_id, "key"),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE TABLE IF NOT EXISTS trials (
  trial_id INTEGER NOT NULL, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL,
  datetime_start DATETIME, datetime_complete DATETIME, PRIMARY KEY (trial_id),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE INDEX IF NOT EXISTS ix_trials_study_id ON trials (study_id);
CREATE TABLE IF NOT EXISTS trial_user_attributes (
  trial_user_attribute_id INTEGER NOT NULL, trial_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (trial_user_attribute_id), UNIQUE (trial_id, "key"),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE IF NOT EXISTS trial_system_attributes (
  trial_system_attribute_id INTEGER NOT NULL, trial_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (trial_system_attribute_id), UNIQUE (trial_id, "key"),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE IF NOT EXISTS trial_params (
  param_id INTEGER NOT NULL, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT, distribution_json TEXT,
  PRIMARY KEY (param_id), UNIQUE (trial_id, param_name),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE IF NOT EXISTS trial_values (
  trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT,
  value_type VARCHAR(7) NOT NULL, PRIMARY KEY (trial_value_id), UNIQUE (trial_id, objective),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE IF NOT EXISTS trial_intermediate_values (
  trial_intermediate_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, step INTEGER NOT NULL,
  intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL,
  PRIMARY KEY (trial_intermediate_value_id), UNIQUE (trial_id, step),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE IF NOT EXISTS trial_heartbeats (
  trial_heartbeat_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, heartbeat DATETIME NOT NULL,
  PRIMARY KEY (trial_heartbeat_id), UNIQUE (trial_id),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE IF NOT EXISTS alembic_version (
  version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT OR IGNORE INTO version_info VALUES (1, 12, 'ssem');
INSERT INTO alembic_version SELECT 'v3.2.0.a' WHERE NOT EXISTS (SELECT 1 FROM alembic_version);
)sql";

constexpr const char* kOwnTables = R"sql(
CREATE TABLE IF NOT EXISTS ssem_meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ssem_idempotency_records (
  number INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, request TEXT NOT NULL, status INTEGER NOT NULL,
  body TEXT NOT NULL, location TEXT NOT NULL, time DATETIME NOT NULL);
CREATE TABLE IF NOT EXISTS ssem_journal_lines (
  name TEXT NOT NULL, number INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (name, number)) WITHOUT ROWID;
)sql";

// Of an older file, whose tables are a part of today's but for the last answers to sessions: they say nothing of the
// requests that they answered.
constexpr const char* kUpgrade = R"sql(
UPDATE ssem_meta SET value = 3 WHERE name = 'schema_version' AND value IN (1, 2);
DROP TABLE IF EXISTS ssem_receipts;
)sql";

std::optional<Error> check_optuna_revision(SqliteConnection& connection, const std::string& path) {
  SqliteStatement statement = connection.prepare("SELECT version_num FROM alembic_version");
  if (!statement.step()) return connection.take_fault();
  const std::string revision(statement.text(0));
  if (revision == kOptunaRevision) return std::nullopt;
  return storage_failure(path, "its Optuna tables have revision " + revision + ", this program's is " +
                                   std::string(kOptunaRevision) + "; `optuna storage upgrade` brings old ones there");
}

std::optional<Error> make_tables(SqliteConnection& connection, const std::string& path) {
  if (std::optional<Error> fault = connection.execute(kOwnTables)) return fault;
  const std::string version =
      "INSERT OR IGNORE INTO ssem_meta VALUES ('schema_version', " + std::to_string(kSchemaVersion) + ")";
  if (std::optional<Error> fault = connection.execute(version.c_str())) return fault;
  if (std::optional<Error> fault = connection.execute(kUpgrade)) return fault;
  if (std::optional<Error> fault = check_schema_version(connection, path)) return fault;
  if (connection.execute(kOptunaTables)) return storage_failure(path, "its tables are not those of Optuna 3.2 to 5");
  return check_optuna_revision(connection, path);
}

}  // namespace

std::optional<Error> check_schema_version(SqliteConnection& connection, const std::string& path) {
  SqliteStatement statement = connection.prepare("SELECT value FROM ssem_meta WHERE name = 'schema_version'");
  if (!statement.step()) {
    if (std::optional<Error> fault = connection.take_fault()) return fault;
    return storage_failure(path, "the table ssem_meta has no schema_version");
  }
  const std::int64_t version = statement.integer(0);
  if (version == kSchemaVersion) return std::nullopt;
  return storage_failure(path, "its schema is version " + std::to_string(version) + ", this program's is " +
                                   std::to_string(kSchemaVersion));
}

std::optional<Error> prepare_schema(SqliteConnection& connection, const std::string& path) {
  if (std::optional<Error> fault = connection.execute("BEGIN IMMEDIATE")) return fault;
  std::optional<Error> fault = make_tables(connection, path);
  if (!fault) fault = connection.execute("COMMIT");
  if (fault && connection.in_transaction() && connection.execute("ROLLBACK")) connection.take_fault();
  return fault;
}

}  // namespace ssem::api::storage
