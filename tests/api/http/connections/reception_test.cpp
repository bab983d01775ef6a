#include "api/http/connections/reception.h"

#include <doctest/doctest.h>

#include <string>

using namespace ssem::api::http;
using Stage = Reception::State;

namespace {

struct Receiving {
  explicit Receiving(std::size_t most_held = 1'000'000) : budget(most_held) {}

  Stage add(const std::string& bytes) {
    reception.receive(bytes.data(), bytes.size());
    return reception.look();
  }

  ConnectionSettings settings;
  ByteBudget budget;
  Reception reception{settings, budget};
};

const std::string kGet = "GET /first HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(std::size_t length) {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("requests that came at once are taken one after the other") {
  Receiving client;
  CHECK(client.reception.look() == Stage::idle);
  CHECK(client.add(kGet + post(2) + "{}" + kGet.substr(0, 10)) == Stage::complete);
  CHECK(client.reception.head() == kGet);
  client.reception.next();
  CHECK(client.reception.look() == Stage::complete);
  CHECK(client.reception.body() == "{}");
  client.reception.next();
  CHECK(client.reception.look() == Stage::in_head);
  CHECK(client.add(kGet.substr(10)) == Stage::complete);
  CHECK(client.reception.head() == kGet);
  client.reception.next();
  CHECK(client.reception.look() == Stage::idle);
}

TEST_CASE("an empty line before a request is not part of it") {
  Receiving client;
  CHECK(client.add("\r\n" + kGet) == Stage::complete);
  CHECK(client.reception.head() == kGet);
}

TEST_CASE("empty lines before a request are dropped, however many and in whatever pieces they come") {
  for (const std::size_t lines : {1U, 2U, 5U}) {
    std::string bytes;
    for (std::size_t line = 0; line < lines; ++line) bytes += "\r\n";
    Receiving at_once;
    CHECK(at_once.add(bytes + kGet) == Stage::complete);
    CHECK(at_once.reception.head() == kGet);
    Receiving by_bytes;
    for (const char byte : bytes + kGet) by_bytes.add(std::string(1, byte));
    CHECK(by_bytes.reception.look() == Stage::complete);
    CHECK(by_bytes.reception.head() == kGet);
  }
}

TEST_CASE("the method is the one that came, also where the head is given on with another one") {
  Receiving client;
  CHECK(client.add("QUERY / HTTP/1.1\r\nHost: x\r\n\r\n" + kGet) == Stage::complete);
  CHECK(client.reception.method() == "QUERY");
  CHECK(client.reception.head() == "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.reception.next();
  CHECK(client.reception.look() == Stage::complete);
  CHECK(client.reception.method() == "GET");
}

TEST_CASE("a body is waited for and what comes behind it is the next request's") {
  Receiving client;
  CHECK(client.add(post(5)) == Stage::in_body);
  CHECK(client.add("hel") == Stage::in_body);
  CHECK(client.add("lo" + kGet) == Stage::complete);
  CHECK(client.reception.body() == "hello");
  CHECK(client.reception.has_leftover());
}

TEST_CASE("a client that waits to be told to go on is told once, and not when it goes on by itself") {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  Receiving patient;
  CHECK(patient.add(head) == Stage::in_body);
  CHECK(patient.reception.take_wish_to_continue());
  CHECK_FALSE(patient.reception.take_wish_to_continue());
  Receiving hasty;
  CHECK(hasty.add(head + "{}") == Stage::complete);
  CHECK_FALSE(hasty.reception.take_wish_to_continue());
}

TEST_CASE("what is too large is refused with its own status before it has come") {
  Receiving body;
  CHECK(body.add(post(body.settings.max_body_bytes + 1)) == Stage::refused);
  CHECK(body.reception.refusal() == 413);
  CHECK(body.reception.first_line().starts_with("POST "));
  Receiving target;
  CHECK(target.add("GET /" + std::string(target.settings.max_head_bytes, 'a')) == Stage::refused);
  CHECK(target.reception.refusal() == 414);
  CHECK(target.reception.first_line().starts_with("GET /aa"));
  Receiving headers;
  CHECK(headers.add("GET / HTTP/1.1\r\nX: " + std::string(headers.settings.max_head_bytes, 'a')) == Stage::refused);
  CHECK(headers.reception.refusal() == 431);
  CHECK(headers.reception.first_line() == "GET / HTTP/1.1");
  CHECK(headers.add("\r\n\r\n") == Stage::refused);
}

TEST_CASE("large bodies share a budget, small ones are never refused for it") {
  Receiving client(300'000);
  Reception other(client.settings, client.budget);
  CHECK(client.add(post(250'000) + std::string(249'999, 'x')) == Stage::in_body);
  const std::string small = post(Reception::kFreeBodyBytes) + std::string(Reception::kFreeBodyBytes, 'x');
  other.receive(small.data(), small.size());
  CHECK(other.look() == Stage::complete);
  other.next();
  const std::string large = post(100'000) + std::string(100'000, 'x');
  other.receive(large.data(), large.size());
  CHECK(other.look() == Stage::refused);
  CHECK(other.refusal() == 503);
  CHECK(client.add("x") == Stage::complete);
  client.reception.next();
  Reception third(client.settings, client.budget);
  third.receive(large.data(), large.size());
  CHECK(third.look() == Stage::complete);
}
