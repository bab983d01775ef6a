// Which of several trials a person likes least: optuna-dashboard's preferential studies.
#include <algorithm>
#include <utility>

#include "api/http/dashboard/dashboard_call.h"
#include "api/http/dashboard/dashboard_extras.h"
#include "api/http/dashboard/dashboard_routes.h"
#include "api/http/dashboard/dashboard_text.h"
#include "api/http/observe/request_id.h"
#include "api/studies/python_json.h"
#include "api/studies/study_name.h"

namespace ssem::api::http {
namespace {

using advisor::json::TextWriter;
using studies::AttributeKind;
using studies::StudyStore;
using studies::StudyTable;

struct Choice {
  std::vector<std::int64_t> candidates;  // trial numbers
  std::int64_t clicked = 0;
};

void write_pairs(TextWriter& writer, const Choice& choice) {
  writer.begin_array();
  for (const std::int64_t candidate : choice.candidates) {
    if (candidate != choice.clicked) writer.value(std::vector<std::int64_t>{candidate, choice.clicked});
  }
  writer.end_array();
}

std::string pairs_json(const Choice& choice) {
  TextWriter writer(128);
  write_pairs(writer, choice);
  return std::move(writer).take();
}

// A JSON text within a JSON text, as the dashboard keeps it.
std::string history_json(const Choice& choice, const std::string& id) {
  TextWriter writer(512);
  writer.begin_object();
  writer.field("mode", "ChooseWorst");
  writer.field("id", id);
  writer.field("timestamp", studies::to_iso(studies::now()));
  writer.field("candidates", choice.candidates);
  writer.field("clicked", choice.clicked);
  writer.key("preferences");
  write_pairs(writer, choice);
  writer.end_object();
  TextWriter outer(512);
  outer.value(std::move(writer).take());
  return std::move(outer).take();
}

std::optional<Error> set(StudyTable& table, std::int64_t study_id, const std::string& key, const std::string& json) {
  return table.set_study_attribute(study_id, AttributeKind::system, {key, json});
}

Response post_preference(const Request& request, StudyStore& store, std::int64_t study_id) {
  Choice choice;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    if (body.text("mode") != "ChooseWorst") body.fault("mode", "must be ChooseWorst");
    const std::vector<double> candidates =
        body.given("candidates") ? body.numbers("candidates") : std::vector<double>();
    for (const double number : candidates) {
      if (!(number >= 0 && number < 0x1p53)) body.fault("candidates", "must be numbers of trials");
      choice.candidates.push_back(number >= 0 && number < 0x1p53 ? static_cast<std::int64_t>(number) : 0);
    }
    choice.clicked = body.integer("clicked");
    const auto& all = choice.candidates;
    if (!all.empty() && std::find(all.begin(), all.end(), choice.clicked) == all.end()) {
      body.fault("clicked", "must be a candidate");
    }
  });
  if (fault) return refusal(*fault, request);
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const std::string id = studies::random_uuid();
    if (auto broken = set(table, study_id, std::string(kPreferenceValues) + id, pairs_json(choice))) return *broken;
    if (auto broken = set(table, study_id, std::string(kPreferenceHistory) + id, history_json(choice, id)))
      return *broken;
    return no_content(request);
  });
}

// Removes a choice's pairs, or puts them back.
Response change_preference(const Request& request, StudyStore& store, std::int64_t study_id, bool restore) {
  std::string history_id;
  for (const auto& [name, value] : request.path_params) {
    if (name == "history_id") history_id = value;
  }
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto study = table.study(study_id);
    if (!study) return study.error();
    const std::string* text =
        studies::find_attribute(study.value()->system_attributes, std::string(kPreferenceHistory) + history_id);
    if (text == nullptr) return Error{ErrorCode::not_found, "there is no such entry in the history", {}};
    std::string pairs = "[]";
    const auto outer = studies::parse_python_json(*text);
    const auto entry = studies::parse_python_json(outer ? outer.value().text : "{}");
    if (restore && entry) {
      if (const studies::PythonValue* known = entry.value().find("preferences")) pairs = studies::to_text(*known);
    }
    if (auto broken = set(table, study_id, std::string(kPreferenceValues) + history_id, pairs)) return *broken;
    return no_content(request);
  });
}

Response delete_preference(const Request& request, StudyStore& store, std::int64_t study_id) {
  return change_preference(request, store, study_id, false);
}

Response restore_preference(const Request& request, StudyStore& store, std::int64_t study_id) {
  return change_preference(request, store, study_id, true);
}

Response put_feedback(const Request& request, StudyStore& store, std::int64_t study_id) {
  std::string type;
  std::optional<std::string> artifact_key;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    type = body.text("output_type");
    if (type != "note" && type != "artifact") body.fault("output_type", "must be note or artifact");
    if (body.given("artifact_key")) artifact_key = body.text("artifact_key");
  });
  if (fault) return refusal(*fault, request);
  TextWriter writer(128);
  writer.begin_object();
  writer.field("output_type", type);
  if (artifact_key) writer.field("artifact_key", *artifact_key);
  writer.end_object();
  const std::string json = std::move(writer).take();
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    if (auto broken = set(table, study_id, "preference:component", json)) return *broken;
    return no_content(request);
  });
}

}  // namespace

void add_dashboard_preference_routes(Router& router, StudyStore& store) {
  const auto add = [&](const char* method, const std::string& last,
                       Response (*handle)(const Request&, StudyStore&, std::int64_t)) {
    add_with_id(
        router, method, "/api/studies/{study_id}" + last, "study_id",
        [&store, handle](const Request& request, std::int64_t id) { return handle(request, store, id); }, Access::tune);
  };
  add("POST", "/preference", post_preference);
  add("DELETE", "/preference/{history_id}", delete_preference);
  add("POST", "/preference/{history_id}", restore_preference);
  add("PUT", "/preference_feedback_component", put_feedback);
}

}  // namespace ssem::api::http
