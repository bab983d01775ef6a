#include "api/jobs/audit.h"

#include <sys/wait.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/process.h"
#include "advisor/json/training/spec_fields.h"
#include "api/jobs/event_error.h"
#include "api/processes/supervised_run.h"
#include "api/processes/trainer_path.h"
#include "files/atomic_file.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

constexpr std::chrono::seconds kLongestAudit{60};
// The program itself, and what honest files become: compressed half floats as doubles, with a copy or two. A file of
// zeros that compress a thousandfold ends here and not at the machine's memory.
constexpr std::size_t kProgramBytes = std::size_t{1} << 30U;
constexpr std::size_t kBytesPerFileByte = 64;
constexpr std::chrono::milliseconds kEndGrace{200};  // nothing of it is worth keeping
constexpr const char* kShownName = "the file";
constexpr const char* kAuditSpecFile = "spec.json";

// A folder that is gone when the audit is.
class Scratch {
 public:
  explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code ignored;
    std::filesystem::create_directories(path_, ignored);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Error unavailable(std::string message) { return {ErrorCode::unavailable, std::move(message), {}}; }

std::string shown(std::string text, const std::string& name) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    text.replace(at, name.size(), kShownName);
  }
  return text;
}

// As ssem-train says it, with the client's word for the file.
Error error_of(const Json& event, const std::string& name) {
  Error error = error_in(event);
  error.message = shown(error.message, name);
  for (FieldFault& fault : error.fields) fault.message = shown(fault.message, name);
  return error;
}

}  // namespace

Result<std::string> audit(const AuditCall& call, std::string_view file, ValidationJobs& jobs) {
  const auto trainer = processes::find_trainer();
  if (!trainer) return unavailable("this server has no ssem-train: nothing can be audited here");
  auto fields = advisor::json::object_from_text(call.fields);
  if (!fields) return fields.error();
  const auto parent = jobs.scratch();
  if (!parent) return parent.error();
  const std::string mark = new_job_id();
  const Scratch scratch(parent.value() / mark);
  const std::string name = "embeddings." + call.format;
  Json spec{{protocol::kMode, protocol::kAuditMode}, {protocol::kEmbeddings, name}};
  spec.update(fields.value());
  for (const auto& [field, text] : call.fields) {
    if (protocol::is_one_of(protocol::kAuditTexts, field)) spec[field] = text;
  }
  if (files::write_atomically(scratch.path() / name, file) ||
      files::write_atomically(scratch.path() / kAuditSpecFile, advisor::json::dump(spec))) {
    return unavailable("the file cannot be kept for its audit: is the disk full?");
  }
  processes::RunLimits limits;
  limits.time = kLongestAudit;
  limits.end_grace = kEndGrace;
  limits.stop_grace = kEndGrace;
  limits.memory_bytes =
      std::min(jobs.settings().max_job_memory_mib << 20U, kProgramBytes + kBytesPerFileByte * file.size());
  limits.share = &jobs.memory_share();
  Json last;
  const processes::RunWatch watch{[&](std::string_view line) {
                                    auto event = advisor::json::parse_strict(line);
                                    if (!event || !event.value().is_object()) return false;
                                    last = std::move(event).value();
                                    return true;
                                  },
                                  [&jobs] { return jobs.is_stopping(); }, [&jobs] { return jobs.is_stopping(); }};
  processes::ChildCall child{{trainer.value(), kAuditSpecFile, std::string(protocol::kNoProgressFlag)},
                             scratch.path().string(),
                             mark,
                             kAuditSpecFile};
  child.confined = true;
  const auto end = run_supervised(child, limits, watch);
  if (!end) return unavailable("ssem-train could not be started");
  if (end.value().by == processes::EndedBy::request) return unavailable("the server is stopping");
  if (end.value().by == processes::EndedBy::time_limit)
    return unavailable("the audit took longer than a minute and was ended");
  if (end.value().by == processes::EndedBy::memory_limit) {
    return Error{ErrorCode::unprocessable,
                 "the file takes more memory than an audit may have: " + std::to_string(limits.memory_bytes >> 20U) +
                     " MiB for a file of its size, less while other jobs run",
                 {}};
  }
  if (last.is_object() && last.contains(protocol::kReport)) return advisor::json::dump(last[protocol::kReport]);
  if (last.is_object()) return error_of(last, name);
  return unavailable("the audit ended without a report");
}

}  // namespace ssem::api::jobs
