#include "api/cli/operate/copy_commands.h"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "advisor/json/printable_text.h"
#include "api/cli/exit_codes.h"
#include "api/cli/text/number_format.h"
#include "api/http/settings.h"
#include "api/storage/database_backup.h"
#include "api/storage/storage.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using storage::CopiedDatabase;
using storage::Overwrite;

constexpr const char* kBackupFooter =
    "Copies one moment of the database, also while a server or other programs write into it. FILE is there when it is\n"
    "whole, checked (integrity_check) and synced, and only its owner can read it. It is Optuna's own SQLite schema.\n"
    "\n"
    "What is in it:\n"
    "  studies    with trials, parameters, values, reports, attributes and notes\n"
    "  journals   of JournalStorage, all lines\n"
    "  answers    to requests with an Idempotency-Key, so that a repeated one is not done twice\n"
    "\n"
    "What is not:\n"
    "  validations   reports, curves, embeddings and checkpoints are files of the data folder (--data-dir of ssem "
    "serve):\n"
    "                copy DATA/validations with any program; what is written while a job runs is whole or absent\n"
    "  artifacts     files of the folder of --artifact-dir: copy it likewise\n"
    "  settings      API keys, data sets and flags are the operator's\n"
    "\n"
    "Examples:\n"
    "  ssem backup ssem-backup.db\n"
    "  ssem backup --storage sqlite:////var/lib/ssem/ssem.db --force /backups/ssem.db\n"
    "\n"
    "Exit codes:\n"
    "  0  the copy is made\n"
    "  1  it is not, and what was there before stays as it is; stderr says why\n"
    "  2  a flag or its value is wrong\n"
    "  3  an internal fault\n";

constexpr const char* kRestoreFooter =
    "Puts a copy that ssem backup made (or the server's export, or a database that was copied while nothing used it) "
    "in\n"
    "the place of the database, checked first. Refuses while a server or another program has the database open, with "
    "or\n"
    "without --force. Until the copy is whole the old database stays as it is; then it is gone. The data folder with "
    "its\n"
    "validations, and artifacts, are not touched.\n"
    "\n"
    "Examples:\n"
    "  ssem restore ssem-backup.db\n"
    "  ssem restore --storage sqlite:////var/lib/ssem/ssem.db --force /backups/ssem.db\n"
    "\n"
    "Exit codes:\n"
    "  0  the database is restored\n"
    "  1  it is not, and what was there before stays as it is; stderr says why\n"
    "  2  a flag or its value is wrong\n"
    "  3  an internal fault\n";

struct CopyOptions {
  std::string storage = http::Settings().storage;
  std::string file;
  bool force = false;
};

int fail(const std::string& command, const Error& error) {
  std::cerr << "ssem " << command << ": " << advisor::json::printable_lines(error.for_operator()) << '\n';
  return error.code == ErrorCode::invalid_argument ? kBadUsage : kSomeLineFailed;
}

std::string words_for(const CopiedDatabase& copied) {
  const storage::DatabaseContents& in = copied.contents;
  return counted(in.studies, "study", "studies") + ", " + counted(in.trials, "trial", "trials") + ", " +
         counted(in.journals, "journal", "journals") + "; " +
         counted(static_cast<std::int64_t>(copied.bytes), "byte", "bytes") + ", checked";
}

Result<std::string> database_of(const CopyOptions& options) {
  auto path = storage::database_path_of(options.storage);
  if (path && path.value().empty()) {
    return Error{ErrorCode::invalid_argument,
                 "--storage memory: has no file; GET /api/v1/export/optuna.sqlite takes a copy out of a server",
                 {}};
  }
  return path;
}

int back_up(const CopyOptions& options) {
  const auto database = database_of(options);
  if (!database) return fail("backup", database.error());
  const auto copied =
      storage::back_up_database(database.value(), options.file, options.force ? Overwrite::yes : Overwrite::no);
  if (!copied) return fail("backup", copied.error());
  const std::string text =
      options.file + ": " + words_for(copied.value()) +
      "\nNot in it: validations and artifacts, which are files of their own folders (ssem help backup)\n";
  return files::print(advisor::json::printable_lines(text)) ? kAnswered : kSomeLineFailed;
}

int restore(const CopyOptions& options) {
  const auto database = database_of(options);
  if (!database) return fail("restore", database.error());
  const auto restored =
      storage::restore_database(options.file, database.value(), options.force ? Overwrite::yes : Overwrite::no);
  if (!restored) return fail("restore", restored.error());
  const std::string text = database.value() + ": " + words_for(restored.value()) +
                           "\nNot touched: validations and artifacts, which are files of their own folders\n";
  return files::print(advisor::json::printable_lines(text)) ? kAnswered : kSomeLineFailed;
}

void add(CLI::App& app, int& exit_code, const char* name, const char* description, const char* file, const char* forced,
         const char* footer, int (*run)(const CopyOptions&)) {
  CLI::App* command = app.add_subcommand(name, description);
  const auto options = std::make_shared<CopyOptions>();
  command->add_option("FILE", options->file, file)->required();
  command->add_option("--storage", options->storage, "Database: sqlite:///FILE; an absolute path makes four slashes")
      ->type_name("URL")
      ->default_str(options->storage)
      ->envname("SSEM_STORAGE");
  command->add_flag("--force", options->force, forced);
  command->footer(footer);
  command->callback([options, run, &exit_code] {
    ::umask(S_IRWXG | S_IRWXO);
    exit_code = run(*options);
  });
}

}  // namespace

void add_copy_commands(CLI::App& app, int& exit_code) {
  add(app, exit_code, "backup", "Copy the database into a file, also while it is served", "The copy",
      "Replace FILE where it is there already", kBackupFooter, back_up);
  add(app, exit_code, "restore", "Put a copy in the place of the database", "The copy that ssem backup made",
      "Replace a database that is there already", kRestoreFooter, restore);
}

}  // namespace ssem::api::cli
