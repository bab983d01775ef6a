// One validation: what was asked, how far it is, what came of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/json/shared_json.h"
#include "advisor/result.h"
#include "api/studies/timestamp.h"

namespace ssem::api::jobs {

enum class JobState { queued, running, finished, failed, cancelled };
inline constexpr std::array<std::string_view, 5> kJobStateNames{"queued", "running", "finished", "failed", "cancelled"};

inline std::string_view name_of(JobState state) { return kJobStateNames[static_cast<std::size_t>(state)]; }
inline bool has_ended(JobState state) { return state != JobState::queued && state != JobState::running; }

// What a trial is told of its validation.
struct Objective {
  std::vector<std::string> names;  // a value each
  double target = 0;               // of tuning::kVarianceError
};

// What is asked for, checked.
struct JobRequest {
  advisor::json::SharedJson spec;  // for ssem-train, without data set, device and output directory
  // The spec's problem, loss weight and temperature; nothing in an old job that is none to this version.
  std::optional<advisor::EvaluationRequest> point;
  std::string mode;                      // embeddings | encoder
  std::string dataset;                   // a registered name; empty in embeddings mode
  std::string device;                    // auto | cpu | cuda | cuda:N
  std::optional<std::int64_t> trial_id;  // whose values it measures
  std::optional<Objective> objective;    // of that trial
};

// A copy of what is known at one moment. Texts that may be absent are empty.
struct Job {
  std::string id;
  JobState state = JobState::queued;
  JobRequest request;
  studies::Timestamp created_at;
  std::optional<studies::Timestamp> started_at;
  std::optional<studies::Timestamp> finished_at;
  std::size_t queue_position = 0;      // 1 is next; 0: not queued
  std::string device;                  // where it runs or ran
  advisor::json::SharedJson progress;  // the last progress event
  std::string verdict;
  std::optional<Error> error;
  std::int64_t resumed = 0;  // how often a restarted server took it up again
  std::int64_t crashes = 0;  // how often of these the server had not ended by itself
  bool interrupted = false;  // by the server's end; the next one takes it up
  bool cancel_wanted = false;
  bool given_up = false;  // by its trial's pruner
  bool reported = false;  // its trial knows
};

// Kept in the data folder; progress is not, for the event log has it, and what the queue knows is not.
std::string to_text(const Job& job);
// Errors: it is no job of this version.
Result<Job> job_from(std::string_view text);

std::string new_job_id();
// Of a name in at least 16 hexadecimal digits: what is sent again under the same name is the same job.
std::string job_id_of(std::string_view hexadecimal);
// A name that new_job_id() may have given: safe as the name of a folder.
bool is_job_id(std::string_view text);

}  // namespace ssem::api::jobs
