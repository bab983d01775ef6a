#include "api/cli/trainer_answer.h"

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/printable_text.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/event_fields.h"
#include "api/cli/exit_codes.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;
using files::print;

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The error of a failed event, as the trainer writes it.
Error error_of(const Json& event) {
  const Json error = event.value(protocol::kError, Json::object());
  Error read{ErrorCode::internal, text_of(error, "message"), {}};
  for (const Json& fault : error.value("fields", Json::array())) {
    if (fault.is_object()) read.fields.push_back({text_of(fault, "path"), text_of(fault, "message")});
  }
  return read;
}

// What the trainer's lines came to.
struct Ending {
  std::optional<Json> report;
  std::optional<Error> error;
};

void look_at(std::string_view line, Ending& ending) {
  const auto parsed = advisor::json::parse_strict(line);
  if (!parsed || !parsed.value().is_object()) return;
  const Json& event = parsed.value();
  if (event.contains(protocol::kReport)) ending.report = event[protocol::kReport];
  if (event.value(protocol::kEvent, Json()) == protocol::kFailed) ending.error = error_of(event);
}

}  // namespace

int answer_by_trainer(TrainerCall call, const TrainerAnswer& answer) {
  call.arguments.emplace_back(protocol::kNoFaultTextFlag);
  if (answer.json) call.arguments.emplace_back(protocol::kNoProgressFlag);
  Ending ending;
  const auto ended = run_trainer(call, [&](std::string_view line) {
    look_at(line, ending);
    return !answer.json || print(std::string(line) + '\n');
  });
  if (!ended) return trainer_missing(ended.error());
  if (ending.error) {
    const bool named = !ending.error->fields.empty();
    std::cerr << advisor::json::printable_lines(named ? answer.faults(*ending.error)
                                                      : std::string("ssem ") + answer.command + ": " +
                                                            ending.error->message + '\n');
    if (!answer.json && ended.value() == kBadUsage) std::cerr << "Try 'ssem " << answer.command << " --help'.\n";
  } else if (!answer.json && ending.report) {
    if (!print(answer.report(*ending.report, text_style_of_stdout()))) return kTrainerFailed;
  }
  return ended.value();
}

}  // namespace ssem::api::cli
