#include "api/http/idempotency/idempotent_answers.h"

#include <utility>

#include "api/http/idempotency/idempotency_key.h"

namespace ssem::api::http {
namespace {

using studies::IdempotencyRecord;
using studies::StudyTable;

constexpr const char* kReplayedHeader = "Idempotent-Replayed";
constexpr const char* kLocationHeader = "Location";

Response replayed(const IdempotencyRecord& record) {
  Response response;
  response.status = record.status;
  response.body = record.body;
  if (!record.location.empty()) response.headers.emplace_back(kLocationHeader, record.location);
  response.headers.emplace_back(kReplayedHeader, "true");
  return response;
}

// The record of the key, if it is this request's. Inside a change.
Result<std::optional<IdempotencyRecord>> find(StudyTable& table, const IdempotencyKey& key) {
  std::optional<IdempotencyRecord> record = table.idempotency_record(key.id, studies::now());
  if (record && record->request != key.request) return idempotency_key_reused();
  return record;
}

std::optional<Response> look_up(const Request& request, studies::StudyStore& store, const IdempotencyKey& key,
                                const Refuse& refuse) {
  std::optional<IdempotencyRecord> record;
  const auto fault = store.write([&](StudyTable& table) -> std::optional<Error> {
    auto found = find(table, key);
    if (!found) return found.error();
    record = std::move(found).value();
    return std::nullopt;
  });
  if (fault) return refuse(*fault, request);
  if (record) return replayed(*record);
  return std::nullopt;
}

std::string location_of(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == kLocationHeader) return value;
  }
  return {};
}

}  // namespace

Response write_idempotent(const Request& request, studies::StudyStore& store,
                          const std::function<Result<StudyResponse>(StudyTable&)>& make, const Refuse& refuse) {
  const Result<std::optional<IdempotencyKey>> key = idempotency_key_of(request);
  if (!key) return refuse(key.error(), request);
  std::optional<IdempotencyRecord> earlier;
  StudyResponse answer;
  const auto fault = store.write([&](StudyTable& table) -> std::optional<Error> {
    earlier.reset();
    if (key.value()) {
      auto found = find(table, *key.value());
      if (!found) return found.error();
      earlier = std::move(found).value();
      if (earlier) return std::nullopt;
    }
    Result<StudyResponse> made = make(table);
    if (!made) return made.error();
    answer = std::move(made).value();
    if (key.value()) {
      table.keep_idempotency_record(
          {key.value()->id, key.value()->request, answer.status, answer.body, {}, studies::now()});
    }
    return std::nullopt;
  });
  if (fault) return refuse(*fault, request);
  if (earlier) return replayed(*earlier);
  Response response;
  response.status = answer.status;
  response.body = std::move(answer.body);
  return response;
}

std::optional<Response> earlier_answer(const Request& request, studies::StudyStore& store, const Refuse& refuse) {
  const Result<std::optional<IdempotencyKey>> key = idempotency_key_of(request);
  if (!key) return refuse(key.error(), request);
  if (!key.value()) return std::nullopt;
  return look_up(request, store, *key.value(), refuse);
}

void forget_answer(const Request& request, studies::StudyStore& store) {
  const Result<std::optional<IdempotencyKey>> key = idempotency_key_of(request);
  if (!key || !key.value()) return;
  // Should it not be kept, the client is answered what it would have been had we not tried.
  store.write([&](StudyTable& table) -> std::optional<Error> {
    table.drop_idempotency_record(key.value()->id);
    return std::nullopt;
  });
}

// While it lives nobody else works on the key.
class AnswersOnce::Turn {
 public:
  Turn(AnswersOnce& answers, const std::string& id) : answers_(answers), id_(id) {
    std::unique_lock lock(answers_.mutex_);
    answers_.changed_.wait(lock, [&] { return answers_.in_work_.count(id_) == 0; });
    answers_.in_work_.insert(id_);
  }
  ~Turn() {
    {
      const std::lock_guard lock(answers_.mutex_);
      answers_.in_work_.erase(id_);
    }
    answers_.changed_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  AnswersOnce& answers_;
  const std::string& id_;
};

Response AnswersOnce::answer(const Request& request, const Refuse& refuse,
                             const std::function<Response(const std::string&)>& work) {
  const Result<std::optional<IdempotencyKey>> given = idempotency_key_of(request);
  if (!given) return refuse(given.error(), request);
  if (!given.value()) return work({});
  const IdempotencyKey& key = *given.value();
  const Turn turn(*this, key.id);
  if (auto earlier = look_up(request, store_, key, refuse)) return *std::move(earlier);
  Response response = work(work_id_of(key));
  if (response.status >= 400) return response;
  const auto fault = store_.write([&](StudyTable& table) -> std::optional<Error> {
    table.keep_idempotency_record(
        {key.id, key.request, response.status, response.body, location_of(response), studies::now()});
    return std::nullopt;
  });
  // Done, but not safe from being done twice: the client is to ask again.
  if (fault) return refuse(*fault, request);
  return response;
}

}  // namespace ssem::api::http
