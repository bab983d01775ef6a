#include "api/storage/database_check.h"

namespace ssem::api::storage {
namespace {

std::int64_t number_from(SqliteConnection& connection, const char* sql) {
  SqliteStatement statement = connection.prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

}  // namespace

std::optional<Error> check_integrity(SqliteConnection& connection, const std::string& path) {
  std::string answer;
  {
    SqliteStatement statement = connection.prepare("PRAGMA integrity_check(1)");
    if (statement.step()) answer = statement.text(0);
  }
  if (std::optional<Error> fault = connection.take_fault()) return fault;
  if (answer == "ok") return std::nullopt;
  return storage_failure(path, "the file is damaged: " + answer);
}

Result<DatabaseContents> contents_of_database(SqliteConnection& connection) {
  DatabaseContents contents;
  contents.studies = number_from(connection, "SELECT count(*) FROM studies");
  contents.trials = number_from(connection, "SELECT count(*) FROM trials");
  contents.journals = number_from(connection, "SELECT count(DISTINCT name) FROM ssem_journal_lines");
  if (std::optional<Error> fault = connection.take_fault()) return *fault;
  return contents;
}

}  // namespace ssem::api::storage
