#include "api/http/dashboard/dashboard_call.h"

#include "api/http/dashboard/dashboard_notes.h"

namespace ssem::api::http {
namespace {

// The stored note beside the error, for the person to compare.
Response note_refusal(const Error& error, const Request& request, const std::optional<Note>& stored) {
  if (!stored) return refusal(error, request);
  return error_response(error, request.request_id, [&stored](advisor::json::TextWriter& writer) {
    writer.key("note");
    writer.begin_object();
    writer.field("version", stored->version);
    writer.field("body", stored->body);
    writer.end_object();
  });
}

}  // namespace

Response dashboard_note(const Request& request, studies::StudyStore& store, std::int64_t study_id,
                        std::optional<std::int64_t> trial_id) {
  Note note;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    note.version = body.integer("version");
    note.body = body.text("body");
  });
  if (fault) return refusal(*fault, request);
  std::optional<Note> stored;
  return write_idempotent(
      request, store,
      [&](studies::StudyTable& table) -> Result<StudyResponse> {
        const auto saved = save_note(table, study_id, trial_id, note);
        if (!saved) return saved.error();
        stored = saved.value();
        if (!stored) return no_content(request);
        return Error{
            ErrorCode::conflict, "The note has changed meanwhile: copy your text, then load the page again.", {}};
      },
      [&stored](const Error& error, const Request& refused) { return note_refusal(error, refused, stored); });
}

}  // namespace ssem::api::http
