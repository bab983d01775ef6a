// Requests that are repeated without being done twice: the first answer to an Idempotency-Key is kept, in the studies'
// storage, and given again with Idempotent-Replayed: true. Refusals (status >= 400) are not kept: the same request may
// succeed later. How long answers are kept: api/studies/idempotency_record.h.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "advisor/result.h"
#include "api/http/message/error_response.h"
#include "api/http/message/message.h"
#include "api/studies/study_store.h"

namespace ssem::api::http {

// Status and JSON of an answer.
struct StudyResponse {
  int status = 200;
  std::string body = "{}";
};

// How a route tells an error.
using Refuse = std::function<Response(const Error&, const Request&)>;

// A change of the studies. Its answer is kept in the transaction of the change: both are there or neither is.
Response write_idempotent(const Request& request, studies::StudyStore& store,
                          const std::function<Result<StudyResponse>(studies::StudyTable&)>& make,
                          const Refuse& refuse = study_refusal);

// The answer that write_idempotent() would give without doing anything: for routes with costly or refusing steps before
// it. Nothing when the request is new.
std::optional<Response> earlier_answer(const Request& request, studies::StudyStore& store,
                                       const Refuse& refuse = study_refusal);

// What followed the change failed, and the client is told so: asked again, the request is to be done again.
void forget_answer(const Request& request, studies::StudyStore& store);

// Work that is no change of the studies (validations, runs). Thread safe.
class AnswersOnce {
 public:
  // The store outlives this.
  explicit AnswersOnce(studies::StudyStore& store) : store_(store) {}

  // `work` is given work_id_of() the key, empty without one. Its answer is kept after it was done. Should the process
  // end in between, the repeated request is done again: `work` must then find by its work_id what it made before. While
  // a request is worked on, others with its key wait for its answer.
  Response answer(const Request& request, const Refuse& refuse,
                  const std::function<Response(const std::string& work_id)>& work);

 private:
  class Turn;

  studies::StudyStore& store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> in_work_;  // ids of keys
};

}  // namespace ssem::api::http
