// What ssem-train says while it runs (trainer/README.md): one JSON object a line, whose "event" is its name; fields
// may come in any order.
#pragma once

#include <array>
#include <string_view>

namespace ssem::advisor::json::training {

inline constexpr std::string_view kEvent = "event";
inline constexpr std::string_view kTimeS = "time_s";

inline constexpr std::string_view kStarted = "started";        // device, total_steps
inline constexpr std::string_view kProgress = "progress";      // the numbers below
inline constexpr std::string_view kCheckpoint = "checkpoint";  // step, path
inline constexpr std::string_view kFinished = "finished";      // report
inline constexpr std::string_view kFailed = "failed";          // error, and a report of what is known

// Of the server's own, in the same stream.
inline constexpr std::string_view kQueued = "queued";
inline constexpr std::string_view kResumed = "resumed";      // attempt, from_step
inline constexpr std::string_view kCancelled = "cancelled";  // a report of what is known

inline constexpr std::array<std::string_view, 8> kEvents{kQueued,     kStarted,  kResumed, kProgress,
                                                         kCheckpoint, kFinished, kFailed,  kCancelled};

inline constexpr std::string_view kReport = "report";
inline constexpr std::string_view kError = "error";
inline constexpr std::string_view kStep = "step";
inline constexpr std::string_view kTotalSteps = "total_steps";  // null where seconds or coming to rest decide
inline constexpr std::string_view kLoss = "loss";
inline constexpr std::string_view kViewAlignment = "view_alignment";
inline constexpr std::string_view kImagesPerS = "images_per_s";
inline constexpr std::string_view kEtaS = "eta_s";
// A run that ends by itself: the move of the within-class variance over its last part, and the most that counts as
// rest.
inline constexpr std::string_view kMoved = "moved";
inline constexpr std::string_view kTolerance = "tolerance";
inline constexpr std::string_view kAttempt = "attempt";
inline constexpr std::string_view kFromStep = "from_step";

}  // namespace ssem::advisor::json::training
