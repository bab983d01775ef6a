#include "api/cli/operate/doctor/storage_checks.h"

#include <filesystem>
#include <optional>

#include "api/artifacts/artifact_folder.h"
#include "api/cli/text/number_format.h"
#include "api/jobs/data_folder.h"
#include "api/storage/database_check.h"
#include "api/storage/database_users.h"
#include "api/storage/sqlite_connection.h"
#include "api/storage/sqlite_schema.h"

namespace ssem::api::cli {
namespace {

namespace fs = std::filesystem;
using storage::SqliteConnection;

constexpr const char* kDatabase = "database";
constexpr const char* kDataFolder = "data folder";
constexpr const char* kArtifacts = "artifacts";

Finding broken(const std::string& path, const Error& fault) {
  return {kDatabase, Health::wrong, fault.for_operator(),
          "stop the server, keep " + path + " with its -wal and -shm as they are, and put a copy back: ssem restore"};
}

Finding look_into(const std::string& path) {
  const auto opened = SqliteConnection::open(path, SqliteConnection::Mode::existing, storage::kBusyTimeout);
  if (!opened) {
    return {kDatabase, Health::wrong, opened.error().for_operator(), "is it this user's file, and of SQLite?"};
  }
  SqliteConnection& database = *opened.value();
  if (auto fault = storage::check_integrity(database, path)) return broken(path, *fault);
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ssem_meta'").step()) {
    if (auto fault = storage::check_schema_version(database, path)) {
      return {kDatabase, Health::to_know, fault->for_operator(),
              "an older file is brought up to date when it is first served; a newer one needs a newer ssem"};
    }
    const auto contents = storage::contents_of_database(database);
    if (!contents) return broken(path, contents.error());
    const storage::DatabaseContents& in = contents.value();
    return {kDatabase, Health::good,
            path + " is whole: " + counted(in.studies, "study", "studies") + ", " +
                counted(in.trials, "trial", "trials") + ", " + counted(in.journals, "journal", "journals"),
            ""};
  }
  return {kDatabase, Health::good, path + " is whole, and has not been served by ssem yet", ""};
}

}  // namespace

std::vector<Finding> check_storage(const std::string& path) {
  if (path.empty()) return {{kDatabase, Health::good, "none: studies are in memory and end with the server", ""}};
  std::error_code fault;
  if (!fs::exists(path, fault)) return {{kDatabase, Health::good, path + " is made when it is first served", ""}};
  // Before it is opened here: closing a file drops this process's locks on it.
  const auto user = storage::user_of_database(path);
  std::vector<Finding> found{look_into(path)};
  if (user) {
    found.push_back({"in use", Health::to_know, storage::words_for_user(*user) + " has the database open",
                     "if it is a server, a second one on this file does not start"});
  }
  return found;
}

Finding check_data_folder(const std::string& path) {
  std::error_code fault;
  if (!fs::exists(path, fault)) return {kDataFolder, Health::good, path + " is made when it is first needed", ""};
  if (const auto refusal = jobs::DataFolder::refusal(path)) {
    return {kDataFolder, Health::wrong, refusal->message, "name a folder of the server's own"};
  }
  std::int64_t validations = 0;
  for (fs::directory_iterator entry(fs::path(path) / "validations", fault), end; !fault && entry != end;
       entry.increment(fault)) {
    if (fs::exists(entry->path() / jobs::DataFolder::kJobFile)) ++validations;
  }
  return {kDataFolder, Health::good, path + ": " + counted(validations, "validation", "validations"), ""};
}

Finding check_artifact_folder(const std::string& path, std::uint64_t most_mib) {
  std::error_code fault;
  if (!fs::exists(path, fault)) return {kArtifacts, Health::good, path + " is made when it is first served", ""};
  constexpr std::uint64_t kMib = std::uint64_t{1} << 20U;
  std::uint64_t bytes = 0;
  std::int64_t files = 0;
  fs::directory_iterator entry(path, fault);
  for (const fs::directory_iterator end; !fault && entry != end; entry.increment(fault)) {
    std::error_code unreadable;
    const bool is_artifact = artifacts::is_artifact_id(entry->path().filename().string()) &&
                             entry->symlink_status(unreadable).type() == fs::file_type::regular;
    if (!is_artifact) continue;
    bytes += entry->file_size(unreadable);
    ++files;
  }
  if (fault) {
    return {kArtifacts, Health::wrong, path + " cannot be read: " + fault.message(), "name a folder of this user's"};
  }
  const std::string text = path + ": " + counted(files, "artifact", "artifacts") + ", " + std::to_string(bytes / kMib) +
                           " of " + std::to_string(most_mib) + " MiB";
  if (bytes / kMib < most_mib) return {kArtifacts, Health::good, text, ""};
  return {kArtifacts, Health::to_know, text, "uploads are refused: delete some, or raise --max-artifacts-mib"};
}

}  // namespace ssem::api::cli
