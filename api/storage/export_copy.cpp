#include "api/storage/export_copy.h"

#include <chrono>
#include <utility>
#include <vector>

#include "api/storage/sqlite_connection.h"
#include "api/storage/sqlite_recorder.h"
#include "api/storage/sqlite_schema.h"

namespace ssem::api::storage {
namespace {

using studies::AttributeKind;

struct Contents {
  std::vector<studies::StudyPtr> studies;
  std::vector<studies::TrialPtr> trials;
  std::vector<std::pair<std::string, std::vector<studies::StudyBook::Line>>> journals;
};

Contents contents_of(const studies::StudyBook& book) {
  Contents contents;
  contents.studies = book.studies();
  for (const studies::StudyPtr& study : contents.studies) {
    const auto trials = book.trials(study->study_id);
    contents.trials.insert(contents.trials.end(), trials.value().begin(), trials.value().end());
  }
  for (const auto& [name, length] : book.journals()) contents.journals.emplace_back(name, book.journal_lines(name, 0));
  return contents;
}

void record(const Contents& contents, studies::Recorder& recorder) {
  for (const studies::StudyPtr& study : contents.studies) {
    recorder.study_created(*study);
    for (const studies::Attribute& each : study->user_attributes) {
      recorder.study_attribute_set(study->study_id, AttributeKind::user, each);
    }
    for (const studies::Attribute& each : study->system_attributes) {
      recorder.study_attribute_set(study->study_id, AttributeKind::system, each);
    }
  }
  for (const studies::TrialPtr& trial : contents.trials) recorder.trial_created(*trial);
  for (const auto& [name, lines] : contents.journals) {
    std::vector<std::string> texts;
    texts.reserve(lines.size());
    for (const studies::StudyBook::Line& line : lines) texts.push_back(*line);
    recorder.journal_appended(name, 0, texts);
  }
}

std::optional<Error> make_file(const std::string& path) {
  constexpr std::chrono::milliseconds kBusyTimeout{5000};
  const auto made = SqliteConnection::open(path, SqliteConnection::Mode::create, kBusyTimeout);
  if (!made) return made.error();
  return prepare_schema(*made.value(), path);
}

}  // namespace

std::optional<Error> write_copy(studies::StudyStore& store, const std::string& path) {
  Contents contents;
  if (auto fault = store.read([&](const studies::StudyBook& book) { contents = contents_of(book); })) return fault;
  if (auto fault = make_file(path)) return fault;
  const auto recorder = open_sqlite_recorder(path);
  if (!recorder) return recorder.error();
  const auto begun = recorder.value()->begin(studies::Access::write);
  if (!begun) return begun.error();
  record(contents, *recorder.value());
  return recorder.value()->commit();
}

}  // namespace ssem::api::storage
