// A suggestion without a study on the server: the history comes with the request.
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "advisor/json/text_writer.h"
#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/http/studies/tuning_routes.h"

namespace ssem::api::http {
namespace {

struct History {
  std::vector<studies::Trial> trials;
  std::vector<studies::Direction> directions;
  tuning::NamedDistributions space;
  tuning::StudyConfig config;
  std::int64_t number = 0;
};

void read_space(StudiesBody& body, tuning::NamedDistributions& space) {
  for (StudiesBody& each : body.objects("search_space")) {
    const std::string name = each.text("name");
    auto distribution = studies::parse_distribution(each.text("distribution_json"));
    if (distribution) {
      space.push_back({name, std::move(distribution).value()});
    } else {
      each.fault("distribution_json", distribution.error().message);
    }
    each.finish();
  }
}

studies::Trial read_past(StudiesBody& body) {
  studies::Trial trial;
  trial.state = read_state(body, "state");
  if (body.given("values")) trial.values = body.numbers("values");
  for (StudiesBody& param : body.objects("params")) {
    trial.params.push_back({param.text("name"), param.number("param_internal_value"), {}});
    param.finish();
  }
  body.finish();
  return trial;
}

Result<History> read_history(const Request& request) {
  const auto json = advisor::json::parse_strict(request.body);
  if (!json) return json.error();
  FaultList faults;
  StudiesBody body(json.value(), "", faults);
  if (!faults.empty()) return faults.to_error();
  History history;
  history.directions = read_directions(body);
  if (history.directions.empty() && !faults.has("/directions")) {
    body.fault("directions", "must name at least one direction");
  }
  if (!body.given("search_space")) body.fault("search_space", "must be given");
  read_space(body, history.space);
  if (history.space.size() > tuning::kMostParameters) {
    body.fault("search_space", "must have at most " + std::to_string(tuning::kMostParameters) + " parameters");
  }
  for (StudiesBody& each : body.objects("trials")) history.trials.push_back(read_past(each));
  if (body.given("number")) history.number = body.integer("number");
  if (history.number < 0) body.fault("number", "must be an integer >= 0");
  // The config's own fields, as a study has them.
  nlohmann::ordered_json config = nlohmann::ordered_json::object();
  for (const char* name : {"problem", "seed"}) {
    if (body.given(name)) config[name] = json.value()[name];
  }
  history.config = tuning::read_study_config(config, faults);
  body.finish();
  if (!faults.empty()) return faults.to_error();
  return history;
}

Response post_suggestion(const Request& request) {
  const Result<History> history = read_history(request);
  if (!history) return study_refusal(history.error(), request);
  const History& known = history.value();
  std::vector<tuning::PastTrial> past;
  past.reserve(known.trials.size());
  for (const studies::Trial& trial : known.trials) past.push_back(tuning::past_trial(trial));
  const tuning::Suggestion suggestion =
      tuning::suggest(known.config, known.space, known.directions, past, static_cast<std::uint64_t>(known.number));
  advisor::json::TextWriter writer(512);
  writer.begin_object();
  writer.key("params");
  writer.begin_array();
  for (std::size_t index = 0; index < known.space.size(); ++index) {
    writer.begin_object();
    writer.field("name", known.space[index].name);
    writer.field("param_internal_value", suggestion.internal_values[index]);
    writer.end_object();
  }
  writer.end_array();
  writer.field("why", suggestion.why);
  writer.end_object();
  return ok(std::move(writer).take());
}

}  // namespace

void add_suggestion_route(Router& router) {
  router.add("POST", "/api/v1/suggestions", Access::advise, post_suggestion);
}

}  // namespace ssem::api::http
