#include "api/storage/export_copy.h"

#include <chrono>
#include <utility>
#include <vector>

#include "api/storage/sqlite_connection.h"
#include "api/storage/sqlite_schema.h"
#include "api/storage/sqlite_writer.h"

namespace ssem::api::storage {
namespace {

using studies::AttributeKind;

struct Contents {
  std::vector<studies::StudyPtr> studies;
  std::vector<studies::TrialPtr> trials;
  std::vector<std::pair<std::string, std::vector<studies::StudyTable::Line>>> journals;
};

Contents contents_of(const studies::StudyTable& table) {
  Contents contents;
  contents.studies = table.studies();
  for (const studies::StudyPtr& study : contents.studies) {
    const auto trials = table.trials(study->study_id);
    contents.trials.insert(contents.trials.end(), trials.value().begin(), trials.value().end());
  }
  for (const auto& [name, length] : table.journals())
    contents.journals.emplace_back(name, table.journal_lines(name, 0));
  return contents;
}

void record(const Contents& contents, studies::StudyWriter& writer) {
  for (const studies::StudyPtr& study : contents.studies) {
    writer.study_created(*study);
    for (const studies::Attribute& each : study->user_attributes) {
      writer.study_attribute_set(study->study_id, AttributeKind::user, each);
    }
    for (const studies::Attribute& each : study->system_attributes) {
      writer.study_attribute_set(study->study_id, AttributeKind::system, each);
    }
  }
  for (const studies::TrialPtr& trial : contents.trials) writer.trial_created(*trial);
  for (const auto& [name, lines] : contents.journals) {
    std::vector<std::string> texts;
    texts.reserve(lines.size());
    for (const studies::StudyTable::Line& line : lines) texts.push_back(*line);
    writer.journal_appended(name, 0, texts);
  }
}

std::optional<Error> make_file(const std::string& path) {
  const auto made = SqliteConnection::open(path, SqliteConnection::Mode::create, kBusyTimeout);
  if (!made) return made.error();
  return prepare_schema(*made.value(), path);
}

}  // namespace

std::optional<Error> write_copy(studies::StudyStore& store, const std::string& path) {
  Contents contents;
  if (auto fault = store.read([&](const studies::StudyTable& table) { contents = contents_of(table); })) return fault;
  if (auto fault = make_file(path)) return fault;
  const auto opened = open_sqlite_writer(path);
  if (!opened) return opened.error();
  studies::StudyWriter& writer = *opened.value().writer;
  const auto begun = writer.begin(studies::Access::write);
  if (!begun) return begun.error();
  record(contents, writer);
  return writer.commit();
}

}  // namespace ssem::api::storage
