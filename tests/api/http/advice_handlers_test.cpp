#include "api/http/advice_handlers.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using namespace std::chrono_literals;
using ssem::api::http::BatchLimits;
using ssem::api::http::Request;
using Json = nlohmann::json;

namespace {

const std::atomic<bool> kRunning{false};
constexpr const char* kPoint = R"({"classes":10,"batch_size":512,"loss_weight":0.5,"temperature":0.1})";

Request with_body(std::string_view body) {
  Request request;
  request.body = body;
  request.request_id = "id-1";
  return request;
}

Request with_query(std::string_view query) {
  Request request;
  request.query = query;
  request.request_id = "id-1";
  return request;
}

std::string batch_of(int count) {
  std::string body = R"({"requests":[)";
  for (int i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + std::string(kPoint);
  return body + "]}";
}

}  // namespace

TEST_CASE("body and query give the same evaluation") {
  const auto posted = post_evaluations(with_body(kPoint), BatchLimits{1s, kRunning});
  const auto queried = get_evaluation(with_query("classes=10&batch_size=512&loss_weight=0.5&temperature=0.1"));
  CHECK(posted.status == 200);
  CHECK(posted.body == queried.body);
}

TEST_CASE("a recommendation and a phase diagram come as JSON objects") {
  const Json advice = Json::parse(get_recommendation(with_query("classes=10&batch_size=512")).body);
  CHECK(advice["feasible"] == true);
  const auto diagram = get_phase_diagram(with_query("classes=10&batch_size=512&loss_weights=2&temperatures=3"));
  CHECK(Json::parse(diagram.body)["within_class_variance"].size() == 2);
}

TEST_CASE("a fault carries the request's id") {
  const auto response = post_recommendations(with_body("{}"), BatchLimits{1s, kRunning});
  CHECK(response.status == 400);
  CHECK(Json::parse(response.body)["error"]["request_id"] == "id-1");
}

TEST_CASE("every request of a batch is answered in its place") {
  const std::string body = R"({"requests":[)" + std::string(kPoint) + ",7," + kPoint + "]}";
  const Json results = Json::parse(post_evaluations(with_body(body), BatchLimits{10s, kRunning}).body)["results"];
  REQUIRE(results.size() == 3);
  CHECK(results[0].contains("collapsed"));
  CHECK(results[1]["error"]["code"] == "invalid_argument");
  CHECK(results[2] == results[0]);
}

TEST_CASE("a batch that is out of time says so for each request that is left") {
  const auto response = post_evaluations(with_body(batch_of(3)), BatchLimits{-1s, kRunning});
  CHECK(response.status == 200);
  const Json results = Json::parse(response.body)["results"];
  CHECK(results.size() == 3);
  for (const Json& result : results) CHECK(result["error"]["code"] == "unavailable");
}

TEST_CASE("a batch ends early when the server stops") {
  const std::atomic<bool> stopping{true};
  const Json results =
      Json::parse(post_evaluations(with_body(batch_of(3)), BatchLimits{10s, stopping}).body)["results"];
  CHECK(results.size() == 3);
  CHECK(results[2]["error"]["code"] == "unavailable");
}

TEST_CASE("more requests than the limit are refused as a whole") {
  const auto response = post_evaluations(with_body(batch_of(10'001)), BatchLimits{10s, kRunning});
  CHECK(response.status == 400);
  CHECK(Json::parse(response.body)["error"]["fields"][0]["path"] == "/requests");
}
