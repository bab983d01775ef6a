// Journals: what Optuna's JournalStorage keeps its log in.
#include <algorithm>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "api/studies/study_table.h"

namespace ssem::api::studies {

std::vector<std::pair<std::string, std::size_t>> StudyTable::journals() const {
  std::vector<std::pair<std::string, std::size_t>> all;
  all.reserve(journals_.size());
  for (const auto& [name, lines] : journals_) all.emplace_back(name, lines.size());
  return all;
}

std::vector<StudyTable::Line> StudyTable::journal_lines(std::string_view name, std::size_t from) const {
  const auto journal = journals_.find(name);
  if (journal == journals_.end() || from >= journal->second.size()) return {};
  return {journal->second.begin() + static_cast<std::ptrdiff_t>(from), journal->second.end()};
}

std::size_t StudyTable::append_to_journal(const std::string& name, const std::vector<std::string>& lines) {
  const auto known = journals_.find(name);
  const std::size_t before = known == journals_.end() ? 0 : known->second.size();
  undo_.emplace_back([this, name, before] {
    const auto changed = journals_.find(name);
    if (changed == journals_.end()) return;
    changed->second.resize(before);
    if (before == 0) journals_.erase(changed);
  });
  std::vector<Line>& journal = journals_[name];
  for (const std::string& line : lines) journal.push_back(std::make_shared<const std::string>(line));
  writer_.journal_appended(name, before, lines);
  return journal.size();
}

std::optional<Error> StudyTable::delete_journal(const std::string& name) {
  const auto journal = journals_.find(name);
  if (journal == journals_.end()) {
    return Error{
        ErrorCode::not_found, "there is no journal with the name " + advisor::json::quote_for_message(name), {}};
  }
  undo_.emplace_back([this, name, lines = journal->second] { journals_[name] = lines; });
  journals_.erase(journal);
  writer_.journal_deleted(name);
  return std::nullopt;
}

void StudyTable::restore_journal_line(const std::string& name, std::string line) {
  journals_[name].push_back(std::make_shared<const std::string>(std::move(line)));
}

}  // namespace ssem::api::studies
