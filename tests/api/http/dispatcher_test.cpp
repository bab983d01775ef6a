#include "api/http/dispatcher.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "api/http/access/sha256.h"

using namespace ssem::api::http;
using Json = nlohmann::json;
using HeaderMap = std::map<std::string, std::string, std::less<>>;

namespace {

constexpr const char* kKey = "0123456789abcdef";

// A dispatcher with a few routes, and requests to it as the server would make them.
class Fixture {
 public:
  explicit Fixture(const std::string& key = "") : Fixture(only_key(key)) {}
  explicit Fixture(std::vector<KeyEntry> keys, DoorRules rules = {})
      : keys_(std::move(keys)), doorkeeper_(keys_, std::move(rules)) {
    router_.add("GET", "/open", Access::open, [](const Request&) { return Response{}; });
    router_.add("POST", "/echo/{name}", Access::tune, [](const Request& request) {
      Response response;
      response.body = "\"" + request.path_params[0].second + " " + std::string(request.body) + "\"";
      return response;
    });
    router_.add("POST", "/client", Access::tune, [](const Request& request) {
      Response response;
      response.body = request.client;
      return response;
    });
    router_.add("GET", "/bug", Access::open,
                [](const Request&) -> Response { throw std::runtime_error("secret text"); });
    router_.add("GET", "/odd", Access::open, [](const Request&) -> Response { throw 7; });
    metrics_.set_routes(
        {{"GET", "/open"}, {"POST", "/echo/{name}"}, {"POST", "/client"}, {"GET", "/bug"}, {"GET", "/odd"}});
    dispatcher_ = std::make_unique<Dispatcher>(router_, HostCheck("127.0.0.1", 80, {}, {"https://lab.example"}),
                                               doorkeeper_, metrics_, log_);
  }

  Response ask(std::string_view method, std::string_view path, HeaderMap headers = {}, std::string_view body = "") {
    headers.emplace("Host", "localhost");
    Exchange exchange;
    exchange.start = std::chrono::steady_clock::now();
    exchange.request.method = method;
    exchange.request.path = path;
    exchange.request.header = [&headers](std::string_view name) -> std::string_view {
      const auto found = headers.find(name);
      return found == headers.end() ? std::string_view{} : std::string_view(found->second);
    };
    exchange.request.header_count = [&headers](std::string_view name) -> std::size_t {
      return headers.find(name) == headers.end() ? 0 : 1;
    };
    if (auto early = dispatcher_->admit(exchange)) return *early;
    exchange.request.body = body;
    return dispatcher_->answer(exchange);
  }

  std::string metrics() const { return metrics_.text(); }
  Dispatcher& dispatcher() { return *dispatcher_; }

 private:
  KeyRing keys_;
  Doorkeeper doorkeeper_;
  Router router_;
  Metrics metrics_;
  RequestLog log_{LogLevel::off, LogFormat::json, -1};
  std::unique_ptr<Dispatcher> dispatcher_;
};

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

std::string code(const Response& response) { return Json::parse(response.body)["error"]["code"]; }

const HeaderMap kJson = {{"Content-Type", "application/json"}, {"Content-Length", "2"}};

}  // namespace

TEST_CASE("a body reaches its handler with the path's parameters") {
  const Response response = Fixture().ask("POST", "/echo/a%2Fb", kJson, "{}");
  CHECK(response.status == 200);
  CHECK(response.body == "\"a/b {}\"");
}

TEST_CASE("an exception of any kind is a fixed 500 that tells nothing") {
  Fixture fixture;
  for (const char* path : {"/bug", "/odd"}) {
    const Response response = fixture.ask("GET", path);
    CHECK(response.status == 500);
    CHECK(code(response) == "internal");
    CHECK(response.body.find("secret") == std::string::npos);
    for (const auto& [name, value] : response.headers) CHECK(value.find("secret") == std::string::npos);
  }
  CHECK(fixture.metrics().find("route=\"/bug\",status=\"500\"} 1") != std::string::npos);
  CHECK(fixture.metrics().find("ssem_http_requests_in_flight 0") != std::string::npos);
}

TEST_CASE("refusals come in the order Host, route, key, content type") {
  Fixture fixture(kKey);
  CHECK(code(fixture.ask("DELETE", "/nothing", {{"Host", "evil.example"}})) == "forbidden");
  CHECK(code(fixture.ask("GET", "/nothing")) == "not_found");
  CHECK(code(fixture.ask("GET", "/echo/a")) == "method_not_allowed");
  CHECK(code(fixture.ask("POST", "/echo/a", {{"Content-Type", "text/plain"}})) == "unauthorized");
  CHECK(fixture.ask("POST", "/echo/a", {{"Content-Type", "text/plain"}, {"X-API-Key", kKey}}).status == 415);
  CHECK(fixture.ask("GET", "/open").status == 200);
}

TEST_CASE("clients are told apart by their keys, and the key itself is not shown to handlers") {
  const auto client = [](const std::string& key) {
    Fixture fixture(key);
    return fixture.ask("POST", "/client", {{"X-API-Key", key}}).body;
  };
  CHECK(client(kKey) == client(kKey));
  CHECK(client(kKey) != client("another-key-of-16"));
  CHECK(client(kKey).find(kKey) == std::string::npos);
  CHECK(client("").empty());
}

TEST_CASE("a body without a type is refused, no body without a type is the handler's business") {
  Fixture fixture;
  CHECK(fixture.ask("POST", "/echo/a", {{"Content-Length", "2"}}).status == 415);
  CHECK(fixture.ask("POST", "/echo/a", {{"Transfer-Encoding", "chunked"}}).status == 415);
  CHECK(fixture.ask("POST", "/echo/a", {{"Content-Length", "0"}}).status == 200);
}

TEST_CASE("only JSON in UTF-8 counts as JSON") {
  Fixture fixture;
  for (const char* type :
       {"application/json", "APPLICATION/json", "application/json; charset=utf-8", "application/json;"}) {
    CAPTURE(type);
    CHECK(fixture.ask("POST", "/echo/a", {{"Content-Type", type}}).status == 200);
  }
  for (const char* type :
       {"text/json", "application/jsonx", "application/json; charset=latin1", "application/json, text/plain"}) {
    CAPTURE(type);
    CHECK(fixture.ask("POST", "/echo/a", {{"Content-Type", type}}).status == 415);
  }
}

TEST_CASE("every answer has an id and a date, and is neither guessed at, stored, run, framed nor handed on") {
  Fixture fixture(kKey);
  for (const char* path : {"/open", "/bug", "/nothing", "/echo/a"}) {
    CAPTURE(path);
    const Response response = fixture.ask("GET", path, {{"X-Request-Id", "mine"}});
    CHECK(header(response, "X-Request-Id") == "mine");
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    CHECK(header(response, "Cache-Control") == "no-store");
    CHECK(header(response, "Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
    CHECK(header(response, "Cross-Origin-Resource-Policy") == "same-origin");
    CHECK(header(response, "Referrer-Policy") == "no-referrer");
    CHECK(header(response, "Date").size() == std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
  }
}

TEST_CASE("a page of another site gets nothing of the API, a person who follows its link does") {
  Fixture fixture;
  for (const char* site : {"cross-site", "same-site"}) {
    CAPTURE(site);
    CHECK(code(fixture.ask("POST", "/echo/a", {{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "no-cors"}})) ==
          "forbidden");
    CHECK(fixture
              .ask("POST", "/echo/a",
                   {{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}})
              .status == 403);
    CHECK(fixture
              .ask("POST", "/echo/a",
                   {{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}})
              .status == 200);
    CHECK(fixture
              .ask("POST", "/echo/a",
                   {{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "cors"}, {"Origin", "https://lab.example"}})
              .status == 200);
    CHECK(fixture.ask("GET", "/open", {{"Sec-Fetch-Site", site}}).status == 200);
  }
  for (const char* site : {"same-origin", "none"}) {
    CHECK(fixture.ask("POST", "/echo/a", {{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "cors"}}).status == 200);
  }
}

TEST_CASE("a key whose role does not reach is refused by name, and the rate of a key is bounded") {
  DoorRules rules;
  rules.requests_per_second = 1;
  Fixture fixture(
      {{"reader", Access::read, sha256_hex("of-the-reader")}, {"boss", Access::admin, sha256_hex("of-the-boss")}},
      std::move(rules));
  const Response refused = fixture.ask("POST", "/echo/a", {{"X-API-Key", "of-the-reader"}});
  CHECK(refused.status == 403);
  CHECK(refused.body.find("the role tune; reader has read") != std::string::npos);
  const auto ask = [&] { return fixture.ask("POST", "/echo/a", {{"X-API-Key", "of-the-boss"}}); };
  CHECK(ask().status == 200);
  CHECK(ask().status == 200);
  const Response third = ask();
  CHECK(third.status == 429);
  CHECK(code(third) == "rate_limited");
  CHECK(header(third, "Retry-After") == "1");
}

TEST_CASE("a listed origin is named to the browser, the own one is not") {
  Fixture fixture;
  const Response listed = fixture.ask("GET", "/open", {{"Origin", "https://lab.example"}});
  CHECK(header(listed, "Access-Control-Allow-Origin") == "https://lab.example");
  CHECK(header(listed, "Vary") == "Origin");
  CHECK(header(listed, "Access-Control-Allow-Headers").find("Idempotency-Key") != std::string::npos);
  CHECK(header(listed, "Access-Control-Expose-Headers").find("Idempotent-Replayed") != std::string::npos);
  const Response own = fixture.ask("GET", "/open", {{"Origin", "http://localhost"}});
  CHECK(own.status == 200);
  CHECK(header(own, "Access-Control-Allow-Origin").empty());
  CHECK(fixture.ask("GET", "/open", {{"Origin", "http://evil.example"}}).status == 403);
}

TEST_CASE("OPTIONS tells the methods without running the handler") {
  const Response response = Fixture().ask("OPTIONS", "/bug");
  CHECK(response.status == 204);
  CHECK(header(response, "Allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("a refusal of the HTTP library gets the contract's body and is counted") {
  Fixture fixture;
  for (const int status : {400, 413, 414, 416, 431, 500, 503}) {
    Exchange exchange;
    const Response response = fixture.dispatcher().refuse(exchange, status);
    CHECK(response.status == status);
    CHECK(Json::parse(response.body)["error"]["request_id"] == header(response, "X-Request-Id"));
  }
  CHECK(fixture.metrics().find("route=\"none\",status=\"414\"} 1") != std::string::npos);
}
