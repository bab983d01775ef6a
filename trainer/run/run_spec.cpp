#include "trainer/run/run_spec.h"

#include <chrono>
#include <limits>

#include "trainer/embeddings/embeddings_run.h"
#include "trainer/files/curve_csv.h"
#include "trainer/report/event_sinks.h"
#include "trainer/run/choose_device.h"
#include "trainer/run/output_directory.h"
#include "trainer/run/run_files.h"
#include "trainer/run/training_fault.h"

namespace ssem::trainer {
namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

Result<RunReport> train_embeddings(const TrainSpec& spec, const advisor::Evaluation& predicted, EventSink& events,
                                   const StopFlag& stop) {
  auto trained = run_embeddings(spec, events, stop);
  if (!trained) return trained.error();
  const EmbeddingsOutcome& outcome = trained.value();
  RunReport report;
  report.device = "cpu";
  report.steps = outcome.steps;
  report.images_per_s = outcome.images_per_s;
  report.facts = {true, outcome.converged, outcome.cancelled, outcome.convergence_why};
  Measured& measured = report.measured;
  measured.geometry = measure_geometry(outcome.embeddings, outcome.rows);
  measured.collapsed = is_collapsed(measured.geometry, predicted.max_within_class_variance.value_or(1));
  measured.loss_value = outcome.loss;
  measured.gradient_norm = outcome.gradient_norm;
  for (double* accuracy : {&measured.knn_accuracy, &measured.weighted_knn_accuracy, &measured.linear_probe_accuracy,
                           &measured.fine_accuracy, &measured.effective_rank}) {
    *accuracy = kNotMeasured;  // free vectors have no test data
  }
  if (!spec.output_directory.empty()) {
    if (auto fault = write_embeddings(spec.output_directory, outcome.embeddings, outcome.rows)) return *fault;
  }
  return report;
}

Error no_encoder() {
  FaultList faults;
  faults.add("/mode", "must be embeddings: this build has no encoder");
  return faults.to_error();
}

Result<RunReport> run_checked(const TrainSpec& spec, const advisor::Evaluation& predicted, EventSink& events,
                              const StopFlag& stop) {
  if (spec.mode != Mode::embeddings) return no_encoder();
  const auto device = choose_device(spec.device);
  if (!device) return device.error();
  if (!spec.output_directory.empty()) {
    const auto folder = prepare_output_directory(spec.output_directory);
    if (!folder) return folder.error();
  }
  EventSinks listeners;
  listeners.add(events);
  std::optional<CurveCsv> curve;
  if (!spec.output_directory.empty()) listeners.add(curve.emplace(curve_path(spec.output_directory)));
  const auto begin = std::chrono::steady_clock::now();
  auto trained = train_embeddings(spec, predicted, listeners, stop);
  if (!trained) return trained.error();
  RunReport report = std::move(trained).value();
  report.spec = spec;
  report.predicted = predicted;
  report.verdict = judge(predicted, report.measured, report.facts);
  report.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (spec.output_directory.empty()) return report;
  if (curve->broken()) return Error{ErrorCode::unavailable, "cannot write " + curve_path(spec.output_directory), {}};
  if (auto fault = write_report(spec.output_directory, report)) return *fault;
  return report;
}

}  // namespace

advisor::Evaluation predict(const TrainSpec& spec) {
  advisor::EvaluationRequest request;
  request.problem = spec.problem;
  if (!advisor::has_fixed_loss_weight(spec.problem.convention)) request.loss_weight = spec.loss_weight;
  request.temperature = spec.temperature;
  return advisor::evaluate(request);
}

Result<RunReport> run_spec(const TrainSpec& spec, const advisor::Evaluation& predicted, EventSink& events,
                           const StopFlag& stop) {
  try {
    return run_checked(spec, predicted, events, stop);
  } catch (const std::exception& thrown) {
    return training_fault(thrown);
  }
}

}  // namespace ssem::trainer
