#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/field_reader.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/requests.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/finite_data.h"
#include "advisor/json/training/point.h"
#include "api/tuning/study_config.h"

namespace ssem::api::tuning {
namespace {

using advisor::json::FieldReader;
using advisor::json::pointer_step;
using advisor::json::quote_value_for_message;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
constexpr std::array<std::string_view, 2> kSamplers = {"gaussian_process", "random"};
constexpr std::array<std::string_view, 3> kPruners = {"median", "successive_halving", "none"};
constexpr std::array<std::string_view, 5> kMedianFields = {"kind", "startup_trials", "warmup_steps", "interval_steps",
                                                           "min_trials"};
constexpr std::array<std::string_view, 5> kHalvingFields = {"kind", "min_resource", "reduction_factor",
                                                            "min_early_stopping_rate", "bootstrap_count"};

// The member, unless it is absent or null.
const Json* member(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found == body.end() || found->is_null() ? nullptr : &*found;
}

// An integer with a default.
void read(FieldReader& in, std::string_view name, std::int64_t lowest, std::int64_t& value) {
  value = in.integer_in(name, lowest, kMost).value_or(value);
}

Pruning read_pruning(const Json& body, FaultList& faults) {
  FaultList inner;
  FieldReader in(body, inner);
  const auto kind = in.choice("kind", kPruners);
  if (body.is_object() && !in.has("kind")) inner.add("/kind", "is required: median, successive_halving or none");
  Pruning pruning;
  if (kind == "median") {
    MedianPruning median;
    read(in, "startup_trials", 0, median.startup_trials);
    read(in, "warmup_steps", 0, median.warmup_steps);
    read(in, "interval_steps", 1, median.interval_steps);
    read(in, "min_trials", 1, median.min_trials);
    in.reject_unknown(kMedianFields);
    pruning = median;
  } else if (kind == "successive_halving") {
    SuccessiveHalving halving;
    halving.min_resource = in.integer_in("min_resource", 1, kMost);
    read(in, "reduction_factor", 2, halving.reduction_factor);
    read(in, "min_early_stopping_rate", 0, halving.min_early_stopping_rate);
    read(in, "bootstrap_count", 0, halving.bootstrap_count);
    if (halving.bootstrap_count > 0 && !halving.min_resource) {
      inner.add("/bootstrap_count", "needs min_resource to be given");
    }
    in.reject_unknown(kHalvingFields);
    pruning = halving;
  } else if (kind == "none") {
    in.reject_unknown(std::array<std::string_view, 1>{"kind"});
  }
  faults.add_all("/pruner", inner.faults());
  return pruning;
}

std::vector<std::string> read_warm_start(const Json& body, FaultList& faults) {
  std::vector<std::string> names;
  if (!body.is_array() || body.size() > kMostEarlierStudies) {
    faults.add("/warm_start", "must be a list of at most " + std::to_string(kMostEarlierStudies) +
                                  " names of studies, got " + quote_value_for_message(body));
    return names;
  }
  for (std::size_t k = 0; k < body.size(); ++k) {
    const std::string pointer = "/warm_start/" + std::to_string(k);
    if (!body[k].is_string()) {
      faults.add(pointer, "must be the name of a study, got " + quote_value_for_message(body[k]));
      continue;
    }
    std::string name = body[k].get<std::string>();
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      faults.add(pointer, "is there twice: " + quote_value_for_message(body[k]));
    }
    names.push_back(std::move(name));
  }
  return names;
}

Json pruning_json(const Pruning& pruning) {
  if (const auto* median = std::get_if<MedianPruning>(&pruning)) {
    return {{"kind", "median"},
            {"startup_trials", median->startup_trials},
            {"warmup_steps", median->warmup_steps},
            {"interval_steps", median->interval_steps},
            {"min_trials", median->min_trials}};
  }
  const auto* halving = std::get_if<SuccessiveHalving>(&pruning);
  if (halving == nullptr) return {{"kind", "none"}};
  Json object{{"kind", "successive_halving"}};
  if (halving->min_resource) object["min_resource"] = *halving->min_resource;
  object["reduction_factor"] = halving->reduction_factor;
  object["min_early_stopping_rate"] = halving->min_early_stopping_rate;
  object["bootstrap_count"] = halving->bootstrap_count;
  return object;
}

Json space_json(const NamedDistributions& space) {
  Json object = Json::object();
  for (const NamedDistribution& each : space) {
    object[each.name] = Json::parse(studies::to_text(each.distribution), nullptr, false);
  }
  return object;
}

}  // namespace

NamedDistributions read_search_space(const Json& body, FaultList& faults) {
  NamedDistributions space;
  if (!body.is_object()) {
    faults.add("/search_space",
               "must be an object of distributions by parameter name, got " + quote_value_for_message(body));
    return space;
  }
  if (body.size() > kMostParameters) {
    faults.add("/search_space", "must have at most " + std::to_string(kMostParameters) + " parameters, got " +
                                    std::to_string(body.size()));
    return space;
  }
  for (const auto& [name, value] : body.items()) {
    Result<studies::Distribution> distribution = studies::parse_distribution(advisor::json::dump(value));
    if (distribution) {
      space.push_back({name, std::move(distribution).value()});
    } else {
      faults.add("/search_space" + pointer_step(name), distribution.error().message);
    }
  }
  return space;
}

StudyConfig read_study_config(const Json& body, FaultList& faults) {
  StudyConfig config;
  FieldReader in(body, faults);
  if (!body.is_object()) return config;
  if (const Json* problem = member(body, "problem")) {
    Json whole = *problem;
    const Json* validation = member(body, "validation");
    if (validation != nullptr && validation->is_object() && whole.is_object()) {
      // What its trials train is what they are predicted for.
      if (advisor::json::training::trains_embeddings(*validation)) {
        advisor::json::training::make_data_finite(whole);
      }
    }
    const auto read_one = advisor::json::read_problem(whole);
    if (read_one) {
      config.problem = read_one.value();
    } else {
      faults.add_all("/problem", read_one.error().fields);
    }
  }
  if (const Json* space = member(body, "search_space")) config.search_space = read_search_space(*space, faults);
  if (config.search_space.empty()) config.search_space = default_search_space();
  if (member(body, "sampler") != nullptr) {
    if (in.choice("sampler", kSamplers) == "random") config.sampler = Sampler::random;
  }
  if (member(body, "seed") != nullptr) {
    config.seed =
        static_cast<std::uint64_t>(in.integer_in("seed", 0, std::numeric_limits<std::int64_t>::max()).value_or(0));
  }
  if (const Json* pruner = member(body, "pruner")) config.pruning = read_pruning(*pruner, faults);
  if (member(body, "max_retry") != nullptr) read(in, "max_retry", 0, config.max_retry);
  if (const Json* earlier = member(body, "warm_start")) config.warm_start = read_warm_start(*earlier, faults);
  return config;
}

std::string to_text(const NamedDistributions& space) { return advisor::json::dump(space_json(space)); }

std::string to_text(const StudyConfig& config) {
  Json object = Json::object();
  object["problem"] = config.problem ? advisor::json::training::problem_json(*config.problem) : Json(nullptr);
  object["search_space"] = space_json(config.search_space);
  object["sampler"] = config.sampler == Sampler::random ? "random" : "gaussian_process";
  object["seed"] = config.seed;
  object["pruner"] = pruning_json(config.pruning);
  object["max_retry"] = config.max_retry;
  object["warm_start"] = config.warm_start;
  return advisor::json::dump(object);
}

StudyConfig study_config_of(const studies::Study& study) {
  if (const std::string* text = studies::find_attribute(study.system_attributes, kStudyConfigAttribute)) {
    if (const auto body = advisor::json::parse_strict(*text)) {
      FaultList faults;
      StudyConfig config = read_study_config(body.value(), faults);
      // What another program wrote there is no config of ours.
      if (faults.empty()) return config;
    }
  }
  StudyConfig config;
  config.search_space = default_search_space();
  return config;
}

}  // namespace ssem::api::tuning
