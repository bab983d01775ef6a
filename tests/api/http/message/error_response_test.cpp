#include "api/http/message/error_response.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/api/http/idempotency/requests.h"

namespace ssem::api::http {
namespace {

using Json = nlohmann::json;

Request asked() {
  Request request = keyed_request({}, "POST", "/a");
  request.request_id = "id-1";
  return request;
}

}  // namespace

TEST_CASE("a study route repeats the finer code at the top, others have the body of the contract alone") {
  const Error error{ErrorCode::conflict, "trial 3 is finished", {}, "trial_finished"};
  const Json of_study = Json::parse(study_refusal(error, asked()).body);
  CHECK(of_study["error"]["code"] == "trial_finished");
  CHECK(of_study["code"] == "trial_finished");
  CHECK(of_study["reason"] == "trial 3 is finished");
  CHECK(of_study.size() == 3);
  const Response plain = refusal(error, asked());
  CHECK(plain.status == 409);
  CHECK(Json::parse(plain.body)["error"]["request_id"] == "id-1");
  CHECK(Json::parse(plain.body).size() == 2);
}

TEST_CASE("a value that breaks a rule is invalid_value for Optuna's clients and unprocessable elsewhere") {
  const Error error = unprocessable_field("/values", "must be 1");
  CHECK(Json::parse(study_refusal(error, asked()).body)["code"] == "invalid_value");
  CHECK(Json::parse(refusal(error, asked()).body)["error"]["code"] == "unprocessable");
  CHECK(Json::parse(refusal(error, asked()).body)["error"]["fields"][0]["path"] == "/values");
}

TEST_CASE("what more a body has stands beside the error") {
  const Response response = error_response({ErrorCode::conflict, "changed", {}}, "id-1",
                                           [](advisor::json::TextWriter& writer) { writer.field("note", "n"); });
  CHECK(Json::parse(response.body)["note"] == "n");
  CHECK(Json::parse(response.body)["reason"] == "changed");
}

TEST_CASE("why the server failed goes to the log, with what clients may not see") {
  const Error error{ErrorCode::unavailable,
                    "the storage cannot be used now: the disk is full",
                    {},
                    {},
                    "storage /home/me/ssem.db: the disk is full"};
  const Response response = study_refusal(error, asked());
  CHECK(response.log_reason == "storage /home/me/ssem.db: the disk is full");
  CHECK(response.body.find("/home/me") == std::string::npos);
  CHECK(header_of(response, "Retry-After") == "1");
  CHECK(refusal({ErrorCode::unavailable, "busy", {}}, asked()).log_reason == "busy");
  CHECK(refusal({ErrorCode::not_found, "nothing", {}}, asked()).log_reason.empty());
}

TEST_CASE("the HTTP library's own statuses keep their number and are codes of the contract") {
  for (const int status : {400, 413, 414, 415, 416, 431}) {
    const Response response = library_refusal(status, "id-1");
    CHECK(response.status == status);
    CHECK(Json::parse(response.body)["error"]["code"] == "invalid_argument");
  }
  CHECK(library_refusal(404, "id-1").status == 400);
  CHECK(library_refusal(503, "id-1").status == 503);
}

}  // namespace ssem::api::http
