#include "api/http/dashboard/dashboard_notes.h"

#include <algorithm>
#include <vector>

#include "advisor/json/text_writer.h"
#include "api/studies/python_json.h"

namespace ssem::api::http {
namespace {

// As long as an attribute of Optuna's older tables may be.
constexpr std::size_t kMaxPieceCharacters = 2045;

std::string version_key(std::optional<std::int64_t> trial_id) {
  return trial_id ? "dashboard:" + std::to_string(*trial_id) + ":note_ver" : "dashboard:note_ver";
}

std::string piece_key(std::optional<std::int64_t> trial_id, std::size_t piece) {
  const std::string prefix = trial_id ? "dashboard:" + std::to_string(*trial_id) + ":note_str:" : "dashboard:note_str:";
  return prefix + std::to_string(piece);
}

// By characters, not bytes.
std::vector<std::string> pieces_of(const std::string& body) {
  std::vector<std::string> pieces;
  std::size_t characters = kMaxPieceCharacters;
  for (const char byte : body) {
    const bool begins = (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    if (begins && characters++ == kMaxPieceCharacters) {
      pieces.emplace_back();
      characters = 1;
    }
    pieces.back() += byte;
  }
  return pieces;
}

std::string quoted(const std::string& text) {
  advisor::json::TextWriter writer(text.size() + 16);
  writer.value(text);
  return std::move(writer).take();
}

}  // namespace

Note note_of(const studies::Study& study, std::optional<std::int64_t> trial_id) {
  Note note;
  const std::string* version = studies::find_attribute(study.system_attributes, version_key(trial_id));
  if (version == nullptr) return note;
  if (const auto number = studies::parse_python_json(*version)) {
    note.version = static_cast<std::int64_t>(number.value().number);
  }
  for (std::size_t piece = 0;; ++piece) {
    const std::string* text = studies::find_attribute(study.system_attributes, piece_key(trial_id, piece));
    if (text == nullptr) return note;
    if (const auto value = studies::parse_python_json(*text)) note.body += value.value().text;
  }
}

Result<std::optional<Note>> save_note(studies::StudyTable& table, std::int64_t study_id,
                                      std::optional<std::int64_t> trial_id, const Note& note) {
  const auto study = table.study(study_id);
  if (!study) return study.error();
  if (trial_id) {
    const auto trial = table.trial(*trial_id);
    if (!trial) return trial.error();
    if (trial.value()->study_id != study_id) {
      return Error{ErrorCode::not_found, "study " + std::to_string(study_id) + " has no trial with this id", {}};
    }
  }
  const Note before = note_of(*study.value(), trial_id);
  if (note.version != before.version + 1) return std::optional<Note>(before);
  const auto set = [&](const std::string& key, std::string value_json) {
    return table.set_study_attribute(study_id, studies::AttributeKind::system, {key, std::move(value_json)});
  };
  if (auto fault = set(version_key(trial_id), std::to_string(note.version))) return *fault;
  const std::vector<std::string> pieces = pieces_of(note.body);
  for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
    if (auto fault = set(piece_key(trial_id, piece), quoted(pieces[piece]))) return *fault;
  }
  // Attributes cannot be deleted: pieces of a longer note before become empty.
  for (std::size_t piece = pieces.size();; ++piece) {
    const std::string key = piece_key(trial_id, piece);
    if (studies::find_attribute(study.value()->system_attributes, key) == nullptr) return std::optional<Note>();
    if (auto fault = set(key, "\"\"")) return *fault;
  }
}

}  // namespace ssem::api::http
