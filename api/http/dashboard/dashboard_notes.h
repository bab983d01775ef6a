// Notes as optuna-dashboard keeps them: a version and pieces of text in the study's system attributes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/studies/study_table.h"

namespace ssem::api::http {

struct Note {
  std::int64_t version = 0;
  std::string body;
};

// Of the study itself, or of one of its trials.
Note note_of(const studies::Study& study, std::optional<std::int64_t> trial_id);

// Nothing: saved. The stored note: the version is not the next one, and nothing was changed.
Result<std::optional<Note>> save_note(studies::StudyTable& table, std::int64_t study_id,
                                      std::optional<std::int64_t> trial_id, const Note& note);

}  // namespace ssem::api::http
