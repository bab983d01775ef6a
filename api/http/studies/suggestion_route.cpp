// A suggestion for a study that is driven elsewhere: its history comes with the request, or is that of a study here.
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "advisor/json/text_writer.h"
#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/http/studies/tuning_routes.h"

namespace ssem::api::http {
namespace {

// A search that ended, told by the request or kept in a study here.
struct EarlierHistory {
  std::optional<std::int64_t> study_id;
  std::vector<studies::Trial> trials;
  tuning::StudyConfig config;
};

struct History {
  std::vector<studies::Trial> trials;
  std::vector<studies::Direction> directions;
  tuning::NamedDistributions space;
  tuning::StudyConfig config;
  std::int64_t number = 0;
  std::optional<std::int64_t> study_id;  // the history is that of a study here
  std::vector<EarlierHistory> earlier;
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

// The field's own faults stand at /warm_start/K/...
EarlierHistory read_earlier(StudiesBody& body, const nlohmann::ordered_json& object, const std::string& pointer,
                            FaultList& faults) {
  EarlierHistory earlier;
  if (body.given("study_id")) {
    earlier.study_id = body.integer("study_id");
    for (const char* name : {"problem", "trials"}) {
      if (body.given(name)) body.fault(name, "excludes study_id: the server has the study's own");
    }
  } else {
    if (!body.given("trials")) body.fault("trials", "must be given, or study_id");
    for (StudiesBody& each : body.objects("trials")) earlier.trials.push_back(read_past(each));
    if (body.given("problem")) {
      FaultList inner;
      earlier.config = tuning::read_study_config({{"problem", object["problem"]}}, inner);
      faults.add_all(pointer, inner.faults());
    }
  }
  body.finish();
  return earlier;
}

std::vector<EarlierHistory> read_warm_start(StudiesBody& body, const nlohmann::ordered_json& root, FaultList& faults) {
  std::vector<EarlierHistory> earlier;
  std::vector<StudiesBody> objects = body.objects("warm_start");
  if (objects.size() > tuning::kMostEarlierStudies) {
    body.fault("warm_start", "must have at most " + std::to_string(tuning::kMostEarlierStudies) + " earlier searches");
    return earlier;
  }
  for (std::size_t k = 0; k < objects.size(); ++k) {
    earlier.push_back(read_earlier(objects[k], root["warm_start"][k], "/warm_start/" + std::to_string(k), faults));
  }
  return earlier;
}

Result<History> read_history(const Request& request) {
  const auto json = advisor::json::parse_strict(request.body);
  if (!json) return json.error();
  FaultList faults;
  StudiesBody body(json.value(), "", faults);
  if (!faults.empty()) return faults.to_error();
  History history;
  if (body.given("study_id")) {
    history.study_id = body.integer("study_id");
    for (const char* name : {"directions", "trials"}) {
      if (body.given(name)) body.fault(name, "excludes study_id: the server has the study's own");
    }
  } else {
    history.directions = read_directions(body);
    if (history.directions.empty() && !faults.has("/directions")) {
      body.fault("directions", "must name at least one direction");
    }
  }
  if (!body.given("search_space")) body.fault("search_space", "must be given");
  read_space(body, history.space);
  if (history.space.size() > tuning::kMostParameters) {
    body.fault("search_space", "must have at most " + std::to_string(tuning::kMostParameters) + " parameters");
  }
  for (StudiesBody& each : body.objects("trials")) history.trials.push_back(read_past(each));
  if (body.given("warm_start")) history.earlier = read_warm_start(body, json.value(), faults);
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

Result<studies::StudyPtr> study_of(studies::StudyStore& store, std::int64_t study_id) {
  return look<studies::StudyPtr>(store, [&](const studies::StudyTable& table) { return table.study(study_id); });
}

Result<std::vector<studies::TrialPtr>> trials_in(studies::StudyStore& store, std::int64_t study_id,
                                                 std::vector<studies::TrialState> states) {
  const studies::TrialFilter seen{{std::move(states)}, {}, {}};
  return look<std::vector<studies::TrialPtr>>(
      store, [&](const studies::StudyTable& table) { return table.trials(study_id, seen); });
}

// Those that a sampler looks at: not the trial that asks, none that failed or wait.
std::optional<Error> take_from_study(studies::StudyStore& store, History& history,
                                     std::vector<studies::TrialPtr>& kept) {
  using studies::TrialState;
  const auto study = study_of(store, *history.study_id);
  if (!study) return study.error();
  history.directions = study.value()->directions;
  const auto trials =
      trials_in(store, *history.study_id, {TrialState::complete, TrialState::pruned, TrialState::running});
  if (!trials) return trials.error();
  for (const studies::TrialPtr& trial : trials.value()) {
    if (trial->number != history.number) kept.push_back(trial);
  }
  return std::nullopt;
}

// The trials that the search looks at point into `kept` or into the history.
Result<tuning::EarlierStudy> earlier_study(studies::StudyStore& store, const EarlierHistory& known,
                                           const std::vector<studies::Direction>& directions,
                                           std::vector<studies::TrialPtr>& kept) {
  using studies::TrialState;
  tuning::EarlierStudy earlier{"", true, known.config, directions, {}};
  if (known.study_id) {
    const auto study = study_of(store, *known.study_id);
    if (!study) return study.error();
    earlier.name = study.value()->name;
    earlier.config = tuning::study_config_of(*study.value());
    auto trials = trials_in(store, *known.study_id, {TrialState::complete, TrialState::pruned});
    if (!trials) return trials.error();
    if (study.value()->directions == directions) kept = tuning::latest_trials(std::move(trials).value());
  }
  for (const studies::TrialPtr& trial : kept) earlier.trials.push_back(tuning::past_trial(*trial));
  for (const studies::Trial& trial : known.trials) earlier.trials.push_back(tuning::past_trial(trial));
  return earlier;
}

Response post_suggestion(const Request& request, studies::StudyStore& store) {
  Result<History> history = read_history(request);
  if (!history) return study_refusal(history.error(), request);
  History known = std::move(history).value();
  std::vector<studies::TrialPtr> of_study;
  if (known.study_id) {
    if (const auto fault = take_from_study(store, known, of_study)) return study_refusal(*fault, request);
  }
  std::vector<tuning::PastTrial> past;
  past.reserve(known.trials.size() + of_study.size());
  for (const studies::Trial& trial : known.trials) past.push_back(tuning::past_trial(trial));
  for (const studies::TrialPtr& trial : of_study) past.push_back(tuning::past_trial(*trial));
  std::vector<std::vector<studies::TrialPtr>> kept(known.earlier.size());
  std::vector<tuning::EarlierStudy> earlier;
  for (std::size_t k = 0; k < known.earlier.size(); ++k) {
    Result<tuning::EarlierStudy> each = earlier_study(store, known.earlier[k], known.directions, kept[k]);
    if (!each) return study_refusal(each.error(), request);
    earlier.push_back(std::move(each).value());
  }
  const tuning::Suggestion suggestion = tuning::suggest(known.config, known.space, known.directions, past,
                                                        static_cast<std::uint64_t>(known.number), earlier);
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

void add_suggestion_route(Router& router, studies::StudyStore& store) {
  router.add("POST", "/api/v1/suggestions", Access::advise,
             [&store](const Request& request) { return post_suggestion(request, store); });
}

}  // namespace ssem::api::http
