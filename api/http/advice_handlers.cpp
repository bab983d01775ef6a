#include "api/http/advice_handlers.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "advisor/json/error_text.h"
#include "advisor/json/explanation_json.h"
#include "advisor/json/field_reader.h"
#include "advisor/json/goal_json.h"
#include "advisor/json/questions/levels_json.h"
#include "advisor/json/questions/schedule_json.h"
#include "advisor/json/questions/unlabelled_json.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/http/message/error_response.h"
#include "api/http/message/url_text.h"

namespace ssem::api::http {
namespace {

using Json = nlohmann::ordered_json;

// Of a batch, after which it begins no further one: so much is held until the client has read it.
constexpr std::size_t kFullAnswer = 64UL * 1024 * 1024;

constexpr const char* kBatchField = "requests";

using advisor::json::levels_answer;
using advisor::json::says_levels;
using advisor::json::says_no_labels;
using advisor::json::TemperatureNeed;
using advisor::json::unlabelled_answer;

struct Evaluating {
  static Result<std::string> answer(const Json& body) {
    if (says_no_labels(body)) return unlabelled_answer(body, TemperatureNeed::required);
    if (says_levels(body)) return levels_answer(body, TemperatureNeed::required);
    if (advisor::json::says_schedule(body)) return advisor::json::schedule_answer(body);
    const Result<advisor::EvaluationRequest> request = advisor::json::read_evaluation_request(body);
    if (!request) return request.error();
    return advisor::json::to_text(advisor::evaluate_in_full(request.value()));
  }
  // Nobody reads what another sampler would give each of thousands.
  static Result<std::string> answer_of_many(const Json& body) {
    if (says_no_labels(body)) return unlabelled_answer(body, TemperatureNeed::required);
    if (says_levels(body)) return levels_answer(body, TemperatureNeed::required);
    if (advisor::json::says_schedule(body)) return advisor::json::schedule_answer(body);
    const Result<advisor::EvaluationRequest> request = advisor::json::read_evaluation_request(body);
    if (!request) return request.error();
    return advisor::json::to_text(advisor::evaluate_with_expectation(request.value()));
  }
};

struct Recommending {
  static Result<std::string> answer(const Json& body) {
    if (says_no_labels(body)) return unlabelled_answer(body, TemperatureNeed::optional);
    if (says_levels(body)) return levels_answer(body, TemperatureNeed::optional);
    const Result<advisor::RecommendationRequest> request = advisor::json::read_recommendation_request(body);
    if (!request) return request.error();
    return advisor::json::to_text(advisor::recommend(request.value()));
  }
  static Result<std::string> answer_of_many(const Json& body) { return answer(body); }
};

struct Explaining {
  static Result<std::string> answer(const Json& body) {
    const Result<advisor::ExplanationRequest> request = advisor::json::read_explanation_request(body);
    if (!request) return request.error();
    const Result<advisor::Explanation> explanation = advisor::explain(request.value());
    if (!explanation) return explanation.error();
    return advisor::json::to_text(explanation.value());
  }
  static Result<std::string> answer_of_many(const Json& body) { return answer(body); }
};

struct Drawing {
  static Result<std::string> answer(const Json& body) {
    const Result<advisor::PhaseDiagramRequest> request = advisor::json::read_phase_diagram_request(body);
    if (!request) return request.error();
    return advisor::json::to_text(advisor::phase_diagram(request.value()));
  }
};

Response ok(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

template <class Advice>
Response answer_one(const Json& body, std::string_view request_id) {
  Result<std::string> text = Advice::answer(body);
  if (!text) return error_response(text.error(), request_id);
  return ok(std::move(text).value());
}

Result<const Json*> batch_of(const Json& body) {
  FaultList faults;
  const Json& requests = body[kBatchField];
  if (!requests.is_array()) {
    faults.add("/requests", "must be an array of requests");
  } else if (requests.size() > kMaxBatchRequests) {
    faults.add("/requests", "must hold at most " + std::to_string(kMaxBatchRequests) + " requests, got " +
                                std::to_string(requests.size()));
  }
  advisor::json::FieldReader(body, faults).reject_unknown(std::array{std::string_view(kBatchField)});
  if (!faults.empty()) return faults.to_error();
  return &requests;
}

template <class Advice>
Response answer_many(const Json& requests, std::string_view request_id, const BatchLimits& limits) {
  const auto deadline = std::chrono::steady_clock::now() + limits.time_budget;
  std::string body = "{\"results\":[";
  for (const Json& request : requests) {
    if (body.back() != '[') body.push_back(',');
    const bool is_full = body.size() > kFullAnswer;
    if (is_full || limits.stopping || std::chrono::steady_clock::now() > deadline) {
      const std::string what = is_full ? "answer is full" : "request's time is used up";
      body += advisor::json::to_text(
          Error{ErrorCode::unavailable, "this " + what + "; send the rest again in smaller parts", {}}, request_id);
      continue;
    }
    Result<std::string> text = Advice::answer_of_many(request);
    body += text ? text.value() : advisor::json::to_text(text.error(), request_id);
  }
  return ok(std::move(body += "]}"));
}

template <class Advice>
Response answer_post(const Request& request, const BatchLimits& limits) {
  const Result<Json> body = advisor::json::parse_strict(request.body);
  if (!body) return error_response(body.error(), request.request_id);
  if (!body.value().is_object() || !body.value().contains(kBatchField)) {
    return answer_one<Advice>(body.value(), request.request_id);
  }
  const Result<const Json*> requests = batch_of(body.value());
  if (!requests) return error_response(requests.error(), request.request_id);
  return answer_many<Advice>(*requests.value(), request.request_id, limits);
}

template <class Advice>
Response answer_get(const Request& request) {
  const auto fields = parse_query(request.query);
  if (!fields) return error_response(fields.error(), request.request_id);
  const Result<Json> body = advisor::json::object_from_text(fields.value());
  if (!body) return error_response(body.error(), request.request_id);
  return answer_one<Advice>(body.value(), request.request_id);
}

}  // namespace

Response post_evaluations(const Request& request, const BatchLimits& limits) {
  return answer_post<Evaluating>(request, limits);
}
Response get_evaluation(const Request& request) { return answer_get<Evaluating>(request); }

Response post_recommendations(const Request& request, const BatchLimits& limits) {
  return answer_post<Recommending>(request, limits);
}
Response get_recommendation(const Request& request) { return answer_get<Recommending>(request); }

Response post_explanations(const Request& request, const BatchLimits& limits) {
  return answer_post<Explaining>(request, limits);
}

Response get_goals() { return ok(advisor::json::goals_text()); }

Response get_phase_diagram(const Request& request) { return answer_get<Drawing>(request); }

}  // namespace ssem::api::http
