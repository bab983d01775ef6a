// Whole tuning runs without a client: ask, validate, tell, again, until enough trials are done.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "advisor/result.h"
#include "api/tuning/study_run.h"
#include "api/tuning/trial_issuer.h"
#include "api/tuning/trial_validations.h"

namespace ssem::api::tuning {

inline constexpr std::string_view kRunGoesOn = "run_goes_on";  // finer code of a conflict

inline constexpr std::int64_t kMostTrialsOfRun = 100'000;
// A study whose trials fail one after the other has something wrong that more trials will not mend.
inline constexpr std::int64_t kMostFailuresInARow = 3;

// A thread of its own from start() to stop(). Runs are kept in their studies, so a restarted server goes on with them.
// Thread safe.
class StudyRuns {
 public:
  // Told of an exception that the thread went on after.
  using FaultListener = std::function<void(const std::string& reason)>;

  // All of it outlives this.
  StudyRuns(studies::StudyStore& store, TrialIssuer& issuer, jobs::ValidationJobs& jobs, TrialValidations& validations,
            FaultListener listener = {})
      : store_(store), issuer_(issuer), jobs_(jobs), validations_(validations), listener_(std::move(listener)) {}
  ~StudyRuns() { stop(); }
  StudyRuns(const StudyRuns&) = delete;
  StudyRuns& operator=(const StudyRuns&) = delete;

  void start();
  void stop();
  // Something ended: look at once.
  void wake();

  // `trials` more. The same run_id again is answered and not done again. Errors: not_found; conflict while another run
  // goes on; what request_for() says of the first trial.
  Result<StudyRun> begin(std::int64_t study_id, std::int64_t trials, const std::optional<TrainingTemplate>& training,
                         const std::string& run_id);
  // No new trials; with `now` the running ones are cancelled.
  Result<StudyRun> end(std::int64_t study_id, bool now);
  Result<StudyRun> find(std::int64_t study_id) const;

 private:
  void work();
  void advance_all();
  void advance(std::int64_t study_id);
  void advance_safely(std::int64_t study_id);
  std::optional<Error> begin_trial(std::int64_t study_id, const StudyRun& run);
  void give_up(std::int64_t study_id, const std::optional<std::string>& run_id, const std::string& why);
  bool take_up_lost();
  std::size_t places_for(const TrainingTemplate& training) const;

  studies::StudyStore& store_;
  TrialIssuer& issuer_;
  jobs::ValidationJobs& jobs_;
  TrialValidations& validations_;
  const FaultListener listener_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::int64_t> active_;
  bool woken_ = false;
  bool lost_taken_up_ = false;
  bool stopping_ = false;
  std::mutex thread_mutex_;
  std::thread thread_;
};

}  // namespace ssem::api::tuning
