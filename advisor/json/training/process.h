// ssem-train as a program (trainer/README.md): how it is called, what it leaves behind, and how it ends.
#pragma once

#include <array>
#include <string_view>

namespace ssem::advisor::json::training {

// `ssem-train [SPEC.json|-] [flags]`; without a file the spec is read from stdin.
inline constexpr std::string_view kStdin = "-";
inline constexpr std::string_view kDeviceFlag = "--device";
inline constexpr std::string_view kOutputDirectoryFlag = "--output-directory";
inline constexpr std::string_view kNoProgressFlag = "--no-progress";
inline constexpr std::string_view kNoFaultTextFlag = "--no-fault-text";  // who reads the events tells people

// In the output directory.
inline constexpr std::string_view kReportFile = "report.json";
inline constexpr std::string_view kCurveFile = "curve.csv";
inline constexpr std::string_view kEmbeddingsFile = "embeddings.npz";
inline constexpr std::array<std::string_view, 3> kResultFiles{kReportFile, kCurveFile, kEmbeddingsFile};
inline constexpr std::string_view kCheckpointsFolder = "checkpoints";  // of files that begin with kCheckpointPrefix
inline constexpr std::string_view kCheckpointPrefix = "step_";         // and the number of the step

enum class ExitCode {
  finished = 0,  // whatever the verdict
  bad_spec = 2,  // or a wrong flag
  stopped = 3,   // early, by SIGTERM or SIGINT; a checkpoint and what is known are written
  failed = 4,
};

}  // namespace ssem::advisor::json::training
