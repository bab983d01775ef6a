// ssem-train: a spec in, events out (trainer/README.md).
#include <torch/version.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/process.h"
#include "advisor/json/training/spec_fields.h"
#include "trainer/audit/audit_spec.h"
#include "trainer/blas/library.h"
#include "trainer/blas/restart.h"
#include "trainer/events/event_sinks.h"
#include "trainer/report/json_events.h"
#include "trainer/report/progress_bar.h"
#include "trainer/report/rows_bar.h"
#include "trainer/run/command_arguments.h"
#include "trainer/run/memory_reuse.h"
#include "trainer/run/run_audit.h"
#include "trainer/run/run_spec.h"
#include "trainer/run/stop_signals.h"
#include "trainer/spec/read_spec.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;
using protocol::ExitCode;

constexpr std::size_t kMaxSpecBytes = 64U << 20U;

void tell_people(const Error& error) {
  if (error.fields.empty()) std::cerr << "ssem-train: " << error.message << '\n';
  for (const FieldFault& fault : error.fields) {
    std::cerr << (fault.path.empty() ? "the spec" : fault.path) << ": " << fault.message << '\n';
  }
}

ExitCode fail(const Error& error, JsonEvents& events, bool fault_text) {
  if (fault_text) tell_people(error);
  events.failed(error, Json());
  return error.code == ErrorCode::invalid_argument ? ExitCode::bad_spec : ExitCode::failed;
}

ExitCode cannot_tell() {
  std::cerr << "ssem-train: the events on stdout could not be written\n";
  return ExitCode::failed;
}

Result<std::string> text_of(const std::string& path) {
  std::ifstream file;
  if (path != protocol::kStdin) file.open(path, std::ios::binary);
  std::istream& input = path == protocol::kStdin ? std::cin : file;
  std::string text(std::istreambuf_iterator<char>(input), {});
  FaultList faults;
  if (!input && path != protocol::kStdin) faults.add("", "cannot be read from " + path + ": " + std::strerror(errno));
  if (text.size() > kMaxSpecBytes) faults.add("", "must have at most " + std::to_string(kMaxSpecBytes) + " bytes");
  if (!faults.empty()) return faults.to_error();
  return text;
}

Result<Json> body_of(const CommandArguments& arguments) {
  const auto text = text_of(arguments.spec);
  if (!text) return text.error();
  auto body = advisor::json::parse_strict(text.value());
  if (!body) return body.error();
  Json spec = std::move(body).value();
  if (spec.is_object() && arguments.device) spec[protocol::kDevice] = *arguments.device;
  if (spec.is_object() && arguments.output_directory) spec[protocol::kOutputDirectory] = *arguments.output_directory;
  return spec;
}

// Where the events are on the same terminal, a bar would tear them apart.
bool shows_progress(const CommandArguments& arguments) {
  return arguments.progress && ::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0;
}

ExitCode audit(const Json& body, const CommandArguments& arguments, JsonEvents& events, const StopFlag& stop) {
  const bool fault_text = arguments.fault_text;
  const auto spec = read_audit_spec(body);
  if (!spec) return fail(spec.error(), events, fault_text);
  RowsBar bar;
  const bool shown = shows_progress(arguments);
  const auto report = run_audit(spec.value(), events, stop, [&](std::int64_t done, std::int64_t all) {
    if (shown) bar.show(done, all);
  });
  if (!report) {
    const ExitCode code = fail(report.error(), events, fault_text);
    if (events.broken()) return cannot_tell();
    return stop && code == ExitCode::failed ? ExitCode::stopped : code;
  }
  events.finished(report.value());
  return events.broken() ? cannot_tell() : ExitCode::finished;
}

ExitCode train(const CommandArguments& arguments) {
  StopFlag& stop = stop_on_signals();
  JsonEvents events(STDOUT_FILENO, stop);
  const auto body = body_of(arguments);
  if (!body) return fail(body.error(), events, arguments.fault_text);
  if (asks_for_audit(body.value())) return audit(body.value(), arguments, events, stop);
  const auto spec = read_spec(body.value());
  if (!spec) return fail(spec.error(), events, arguments.fault_text);
  const advisor::Evaluation predicted = predict(spec.value());
  EventSinks sinks;
  sinks.add(events);
  std::optional<ProgressBar> bar;
  if (shows_progress(arguments)) {
    const auto& estimate = predicted.estimated_within_class_variance;
    sinks.add(bar.emplace(estimate ? estimate : predicted.within_class_variance));
  }
  const auto report = run_spec(spec.value(), predicted, sinks, stop);
  bar.reset();
  if (!report) return fail(report.error(), events, arguments.fault_text);
  events.finished(to_json(report.value()));
  if (events.broken()) return cannot_tell();
  return report.value().facts.cancelled ? ExitCode::stopped : ExitCode::finished;
}

// "OpenBLAS 0.3.21 (SkylakeX), 228 GFLOP/s on one thread"
std::string text_of(const blas::BlasFacts& facts) {
  return facts.library + (facts.kernel.empty() ? "" : " (" + facts.kernel + ")") + ", " +
         std::to_string(std::lround(facts.gflops)) + " GFLOP/s on one thread";
}

ExitCode run(std::span<const char* const> words) {
  const auto arguments = read_arguments(words);
  if (!arguments) {
    tell_people(arguments.error());
    std::cerr << "Try 'ssem-train --help'.\n";
    return ExitCode::bad_spec;
  }
  if (arguments.value().help) {
    std::cout << kUsage;
  } else if (arguments.value().version) {
    std::cout << "ssem-train " SSEM_VERSION ", LibTorch " TORCH_VERSION "\n"
              << "matrix products of the loss: " << text_of(blas::blas_facts()) << '\n';
  } else {
    return train(arguments.value());
  }
  return ExitCode::finished;
}

}  // namespace
}  // namespace ssem::trainer

int main(int argc, char** argv) {
  ssem::trainer::blas::restart_with_patient_threads(argv);
  ssem::trainer::blas::restart_with_suitable_kernel(argv);
  ssem::trainer::keep_freed_memory();
  try {
    return static_cast<int>(ssem::trainer::run({argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)}));
  } catch (const std::exception&) {
    std::cerr << "ssem-train: an internal fault ended the run\n";
  }
  return static_cast<int>(ssem::trainer::ExitCode::failed);
}
