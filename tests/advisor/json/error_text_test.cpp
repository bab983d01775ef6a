#include "advisor/json/error_text.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "advisor/json/strict_parse.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

TEST_CASE("an error body has the contract's shape") {
  FaultList faults;
  faults.add("/classes", "must be an integer >= 2, got 1");
  CHECK(to_text(faults.to_error(), "id-1") ==
        R"({"error":{"code":"invalid_argument","message":"/classes must be an integer >= 2, got 1",)"
        R"("fields":[{"path":"/classes","message":"must be an integer >= 2, got 1"}],"request_id":"id-1"},)"
        R"("reason":"/classes must be an integer >= 2, got 1"})");
}

TEST_CASE("every error code has the contract's name") {
  const std::vector<std::pair<ErrorCode, std::string>> names{{ErrorCode::invalid_argument, "invalid_argument"},
                                                             {ErrorCode::unauthorized, "unauthorized"},
                                                             {ErrorCode::forbidden, "forbidden"},
                                                             {ErrorCode::not_found, "not_found"},
                                                             {ErrorCode::method_not_allowed, "method_not_allowed"},
                                                             {ErrorCode::conflict, "conflict"},
                                                             {ErrorCode::unprocessable, "unprocessable"},
                                                             {ErrorCode::rate_limited, "rate_limited"},
                                                             {ErrorCode::internal, "internal"},
                                                             {ErrorCode::unavailable, "unavailable"}};
  for (const auto& [code, name] : names) CHECK(to_json(Error{code, "m", {}}, "")["error"]["code"] == name);
}

TEST_CASE("a finer code stands for the code, and the private detail never leaves the program") {
  Error error{ErrorCode::conflict, "trial 3 is finished", {}};
  error.finer_code = "trial_finished";
  error.private_detail = "storage /home/me/ssem.db: the disk is full";
  const std::string text = to_text(error, "");
  CHECK(Json::parse(text)["error"]["code"] == "trial_finished");
  CHECK(text.find("/home/me") == std::string::npos);
  CHECK(error.for_operator() == error.private_detail);
  error.private_detail.clear();
  CHECK(error.for_operator() == "trial 3 is finished");
}

TEST_CASE("hostile text in an error stays one line of valid JSON") {
  const Error error{ErrorCode::not_found, "bad \xff\x01\"\\\n\xe2\x82 end", {}};
  const std::string text = to_text(error, "\xc3\x28");
  CHECK(text.find('\n') == std::string::npos);
  const auto parsed = parse_strict(text);
  REQUIRE(parsed);
  CHECK(parsed.value()["reason"] == "bad \xEF\xBF\xBD\x01\"\\\n\xEF\xBF\xBD\xEF\xBF\xBD end");
}

}  // namespace ssem::advisor::json
