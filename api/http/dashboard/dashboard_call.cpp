#include "api/http/dashboard/dashboard_call.h"

#include <utility>

#include "advisor/json/text_writer.h"
#include "api/http/dashboard/dashboard_notes.h"
#include "api/http/error_response.h"

namespace ssem::api::http {
namespace {

// With the stored note beside the error, for the person to compare.
Response conflict(const Note& note, const Request& request) {
  Response response = error_response(
      {ErrorCode::conflict, "The note has changed meanwhile: copy your text, then load the page again.", {}},
      request.request_id);
  advisor::json::TextWriter writer(256);
  writer.begin_object();
  writer.field("version", note.version);
  writer.field("body", note.body);
  writer.end_object();
  response.body.pop_back();
  response.body += ",\"note\":" + std::move(writer).take() + "}";
  return response;
}

}  // namespace

Response dashboard_refusal(const Error& error, const Request& request) {
  return error_response(shown_error(error), request.request_id);
}

Response dashboard_change(const Request& request, studies::StudyStore& store,
                          const std::function<Result<StudyResponse>(studies::StudyTable&)>& make) {
  StudyResponse answer;
  const auto fault = store.write([&](studies::StudyTable& table) -> std::optional<Error> {
    Result<StudyResponse> made = make(table);
    if (!made) return made.error();
    answer = std::move(made).value();
    return std::nullopt;
  });
  if (fault) return dashboard_refusal(*fault, request);
  Response response;
  response.status = answer.status;
  response.body = std::move(answer.body);
  return response;
}

Response dashboard_note(const Request& request, studies::StudyStore& store, std::int64_t study_id,
                        std::optional<std::int64_t> trial_id) {
  Note note;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    note.version = body.integer("version");
    note.body = body.text("body");
  });
  if (fault) return dashboard_refusal(*fault, request);
  std::optional<Note> stored;
  Response response = dashboard_change(request, store, [&](studies::StudyTable& table) -> Result<StudyResponse> {
    const auto saved = save_note(table, study_id, trial_id, note);
    if (!saved) return saved.error();
    stored = saved.value();
    return no_content();
  });
  return stored && response.status < 300 ? conflict(*stored, request) : response;
}

}  // namespace ssem::api::http
