// Trials that are lent out for a time: who does not report, beat or tell by then has lost the trial.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "advisor/result.h"
#include "api/studies/study_table.h"

namespace ssem::api::tuning {

// System attributes of a trial.
inline constexpr std::string_view kLeaseAttribute = "ssem:lease";
inline constexpr std::string_view kClientAttribute = "ssem:client_id";
inline constexpr std::string_view kLeaseRanOutAttribute = "ssem:lease_ran_out";  // true: that is why the trial failed

struct Lease {
  double lease_s = 0;
  studies::Timestamp expires;
};

// For `lease_s` from now on, and as the attribute by which a trial has it.
Lease new_lease(double lease_s, studies::Timestamp now);
studies::Attribute attribute_of(const Lease& lease);

std::optional<Lease> lease_of(const studies::Trial& trial);
// Whether the trial failed because nobody renewed its lease.
bool lease_ran_out(const studies::Trial& trial);

// Lends the trial from `now` on, for `lease_s` or, without it, for as long as before. Returns the lease, or nothing for
// a trial that has none and gets none.
Result<std::optional<Lease>> renew_lease(studies::StudyTable& table, const studies::Trial& trial,
                                         std::optional<double> lease_s, studies::Timestamp now);

// Fails the study's running trials whose leases have run out. Each is queued again as Optuna's
// RetryHeartbeatStaleTrialCallback does it (parameters, "failed_trial", "retry_history"), up to `max_retry` times.
// Returns how many failed.
Result<std::int64_t> expire_leases(studies::StudyTable& table, std::int64_t study_id, studies::Timestamp now);

}  // namespace ssem::api::tuning
