// The field "lease_s" of a request: for how many seconds a trial is lent.
#pragma once

#include <optional>

#include "api/http/studies/studies_body.h"

namespace ssem::api::http {

inline constexpr double kShortestLeaseS = 0.1;
inline constexpr double kLongestLeaseS = 30.0 * 24 * 3600;

inline std::optional<double> read_lease(StudiesBody& body) {
  if (!body.given("lease_s")) return std::nullopt;
  const double lease_s = body.number("lease_s");
  if (lease_s >= kShortestLeaseS && lease_s <= kLongestLeaseS) return lease_s;
  body.fault("lease_s", "must be a number of seconds from 0.1 to 2592000 (30 days)");
  return std::nullopt;
}

}  // namespace ssem::api::http
