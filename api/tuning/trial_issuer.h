// Handing out trials: the same pending trial to a client that asks again, then what waits in the queue, then what the
// search suggests.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "api/studies/study_store.h"
#include "api/tuning/lease.h"
#include "api/tuning/suggestion.h"

namespace ssem::api::tuning {

inline constexpr std::string_view kWhyAttribute = "ssem:why";  // of a trial: a list of sentences

struct AskRequest {
  std::optional<NamedDistributions> search_space;  // nothing: the study's own
  std::string client_id;                           // empty: every ask is a new one
  std::optional<double> lease_s;                   // nothing: lent for good
  std::size_t count = 1;
};

struct IssuedTrial {
  studies::TrialPtr trial;
  std::vector<std::string> why;
  std::optional<Lease> lease;
};

// What clients have been issued but is not written yet, so that those who ask meanwhile are not issued the same.
// Thread safe.
class TrialIssuer {
 public:
  // Suggestions for one request; counts as being tried while it lives.
  class PendingSuggestions {
   public:
    PendingSuggestions(TrialIssuer& issuer, std::int64_t study_id) : issuer_(&issuer), study_id_(study_id) {}
    ~PendingSuggestions();
    PendingSuggestions(PendingSuggestions&& other) noexcept;
    PendingSuggestions& operator=(PendingSuggestions&&) = delete;

   private:
    friend class TrialIssuer;
    TrialIssuer* issuer_;  // null once moved from
    std::int64_t study_id_;
    std::int64_t ticket_ = 0;
    NamedDistributions space_;
    std::vector<Suggestion> suggestions_;
  };

  // Computes `request.count` suggestions from what the store holds. Asks of one study are computed one after the other.
  Result<PendingSuggestions> prepare(studies::StudyStore& store, std::int64_t study_id, const AskRequest& request);

  // Inside the change that keeps it all. Leases that are due expire first.
  static Result<std::vector<IssuedTrial>> issue(studies::StudyTable& table, const AskRequest& request,
                                                const PendingSuggestions& pending, studies::Timestamp now);

  // A waiting trial with the suggestion as Optuna's fixed_params, unless one waits already: what study.ask() of stock
  // Optuna takes next.
  static std::optional<Error> queue(studies::StudyTable& table, const PendingSuggestions& pending,
                                    studies::Timestamp now);

 private:
  struct Counter {
    std::mutex mutex;
    std::map<std::int64_t, std::vector<std::vector<studies::Param>>> issued;  // by ticket
    std::int64_t last_ticket = 0;
  };
  std::shared_ptr<Counter> counter_of(std::int64_t study_id);

  std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<Counter>> counters_;
};

}  // namespace ssem::api::tuning
