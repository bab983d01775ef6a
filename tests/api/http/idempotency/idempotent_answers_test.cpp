#include "api/http/idempotency/idempotent_answers.h"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "api/storage/memory_storage.h"
#include "tests/api/http/idempotency/requests.h"

namespace ssem::api::http {
namespace {

using studies::StudyTable;

std::string code_of(const Response& response) {
  return nlohmann::json::parse(response.body)["error"]["code"].get<std::string>();
}

// A route that makes a study each time it is really asked.
struct Studies {
  std::unique_ptr<storage::Storage> storage = storage::make_memory_storage();
  int made = 0;

  Response post(const Request& request) {
    return write_idempotent(request, storage->studies(), [this](StudyTable& table) -> Result<StudyResponse> {
      ++made;
      const auto study = table.create_study("s" + std::to_string(made), {studies::Direction::minimize});
      if (!study) return study.error();
      return StudyResponse{201, std::to_string(study.value()->study_id)};
    });
  }
  std::size_t count() {
    std::size_t studies = 0;
    CHECK_FALSE(storage->studies().read([&](const StudyTable& table) { studies = table.studies().size(); }));
    return studies;
  }
};

Response made(std::string body, int status = 202) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace

TEST_CASE("a change is made once and its answer given again, marked as such") {
  Studies studies;
  const Response first = studies.post(keyed_request("1", "POST", "/studies", "{}"));
  const Response again = studies.post(keyed_request("1", "POST", "/studies", "{}"));
  CHECK(first.status == 201);
  CHECK(again.status == 201);
  CHECK(first.body == again.body);
  CHECK(header_of(first, "Idempotent-Replayed").empty());
  CHECK(header_of(again, "Idempotent-Replayed") == "true");
  CHECK(studies.count() == 1);
  CHECK(studies.post(keyed_request("2", "POST", "/studies", "{}")).body == "2");
  CHECK(studies.post(keyed_request({}, "POST", "/studies", "{}")).body == "3");
}

TEST_CASE("a key with another request is refused and nothing is done") {
  Studies studies;
  studies.post(keyed_request("1", "POST", "/studies", "{}"));
  for (const Request& other :
       {keyed_request("1", "POST", "/studies", "{ }"), keyed_request("1", "PUT", "/studies", "{}"),
        keyed_request("1", "POST", "/others", "{}")}) {
    const Response refused = studies.post(other);
    CHECK(refused.status == 422);
    CHECK(code_of(refused) == "idempotency_key_reused");
  }
  CHECK(studies.count() == 1);
  CHECK(studies.post(keyed_request("1", "POST", "/studies", "{}", "another client")).status == 201);
  CHECK(studies.count() == 2);
}

TEST_CASE("a malformed key is refused before anything is done") {
  Studies studies;
  CHECK(studies.post(keyed_request("", "POST", "/studies")).status == 400);
  CHECK(studies.made == 0);
}

TEST_CASE("a refusal is not kept: the same request may succeed later") {
  const auto storage = storage::make_memory_storage();
  int tries = 0;
  const auto post = [&] {
    return write_idempotent(keyed_request("1", "POST", "/a"), storage->studies(),
                            [&](StudyTable& table) -> Result<StudyResponse> {
                              table.set_study_attribute(1, studies::AttributeKind::user, {"k", "1"});
                              if (++tries == 1) return Error{ErrorCode::conflict, "not now", {}};
                              return StudyResponse{200, "{}"};
                            });
  };
  CHECK(post().status == 409);
  CHECK(post().status == 200);
  CHECK(header_of(post(), "Idempotent-Replayed") == "true");
  CHECK(tries == 2);
}

TEST_CASE("an answer that was forgotten is made again") {
  Studies studies;
  const Request request = keyed_request("1", "POST", "/studies", "{}");
  CHECK_FALSE(earlier_answer(request, studies.storage->studies()));
  studies.post(request);
  const auto earlier = earlier_answer(request, studies.storage->studies());
  REQUIRE(earlier);
  CHECK(earlier->body == "1");
  forget_answer(request, studies.storage->studies());
  CHECK_FALSE(earlier_answer(request, studies.storage->studies()));
  CHECK(studies.post(request).body == "2");
}

TEST_CASE("work that is no change of the studies is done once, with its headers") {
  const auto storage = storage::make_memory_storage();
  AnswersOnce answers(storage->studies());
  std::vector<std::string> names;
  const auto post = [&](const Request& request) {
    return answers.answer(request, refusal, [&](const std::string& work_id) {
      names.push_back(work_id);
      Response response = made("{\"id\":1}");
      response.headers.emplace_back("Location", "/jobs/1");
      return response;
    });
  };
  post(keyed_request("1", "POST", "/jobs", "a"));
  const Response again = post(keyed_request("1", "POST", "/jobs", "a"));
  CHECK(again.status == 202);
  CHECK(again.body == "{\"id\":1}");
  CHECK(header_of(again, "Location") == "/jobs/1");
  CHECK(header_of(again, "Idempotent-Replayed") == "true");
  CHECK(code_of(post(keyed_request("1", "POST", "/jobs", "b"))) == "idempotency_key_reused");
  CHECK(post(keyed_request(std::string_view("", 0), "POST", "/jobs", "a")).status == 400);
  REQUIRE(names.size() == 1);
  post(keyed_request({}, "POST", "/jobs", "a"));
  CHECK(names[0].size() >= 16);
  CHECK(names[1].empty());
}

TEST_CASE("refused work is not kept either") {
  const auto storage = storage::make_memory_storage();
  AnswersOnce answers(storage->studies());
  int tries = 0;
  const auto post = [&] {
    return answers.answer(keyed_request("1", "POST", "/jobs"), refusal,
                          [&](const std::string&) { return made("{}", ++tries == 1 ? 503 : 202); });
  };
  CHECK(post().status == 503);
  CHECK(post().status == 202);
  CHECK(tries == 2);
}

TEST_CASE("of many equal requests at once one is worked on and all get its answer") {
  const auto storage = storage::make_memory_storage();
  AnswersOnce answers(storage->studies());
  std::atomic<int> done{0};
  constexpr int kClients = 8;
  std::barrier together(kClients);
  std::vector<std::string> bodies(kClients);
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        together.arrive_and_wait();
        bodies[static_cast<std::size_t>(client)] =
            answers
                .answer(keyed_request("1", "POST", "/jobs"), refusal,
                        [&](const std::string&) { return made(std::to_string(++done)); })
                .body;
      });
    }
  }
  CHECK(done == 1);
  for (const std::string& body : bodies) CHECK(body == "1");
}

}  // namespace ssem::api::http
