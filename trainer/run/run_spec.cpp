#include "trainer/run/run_spec.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/numeric/number_text.h"
#include "trainer/blas/library.h"
#include "trainer/embeddings/embeddings_run.h"
#include "trainer/embeddings/smaller_set.h"
#include "trainer/events/event_sinks.h"
#include "trainer/files/curve_csv.h"
#include "trainer/files/tensorboard_events.h"
#include "trainer/measure/effective_rank.h"
#include "trainer/run/choose_device.h"
#include "trainer/run/output_directory.h"
#include "trainer/run/run_encoder.h"
#include "trainer/run/run_files.h"
#include "trainer/run/training_fault.h"

namespace ssem::trainer {
namespace {

// Of the verdict's tolerance, that the prediction for a smaller data set may differ by.
constexpr double kStandInShare = 0.5;

// From positions in sorted order to rows.
std::vector<std::int64_t> by_row(const BatchRows& rows, const std::vector<std::int64_t>& by_position) {
  std::vector<std::int64_t> values(by_position.size());
  for (std::size_t position = 0; position < by_position.size(); ++position) {
    values[static_cast<std::size_t>(rows.order()[position])] = by_position[position];
  }
  return values;
}

std::string stands_for(const SmallerSet& set, const advisor::Problem& whole, const advisor::Evaluation& of_whole) {
  return "The data set's " + std::to_string(whole.classes * *whole.dataset_instances_per_class) +
         " images are stood for by " + std::to_string(whole.classes * set.images_per_class) + ", " +
         std::to_string(set.images_per_class) + " of each class, and the prediction is theirs; for all of them it is " +
         advisor::number_text(of_whole.within_class_variance.value_or(0)) + ".";
}

Result<RunReport> train_embeddings(const TrainSpec& spec, const advisor::Evaluation& whole, EventSink& events,
                                   const StopFlag& stop) {
  TrainSpec enough = spec;
  const auto smaller = smaller_set(spec, whole, kStandInShare * variance_tolerance(whole, true));
  if (smaller) enough.problem.dataset_instances_per_class = smaller->images_per_class;
  const advisor::Evaluation& predicted = smaller ? smaller->predicted : whole;
  auto trained = run_embeddings(enough, rest_tolerance(predicted), events, stop);
  if (!trained) return trained.error();
  const EmbeddingsOutcome& outcome = trained.value();
  RunReport report;
  report.spec = spec;
  report.predicted = predicted;
  report.device = "cpu";
  if (!spec.data_note.empty()) report.notes.push_back(spec.data_note);
  if (smaller) report.notes.push_back(stands_for(*smaller, spec.problem, whole));
  report.steps = outcome.steps;
  report.images_per_s = outcome.images_per_s;
  report.facts = {true, outcome.converged, outcome.cancelled, outcome.convergence_why};
  Measured& measured = report.measured;
  measured.geometry = measure_geometry(outcome.embeddings, outcome.rows);
  measured.collapsed = is_collapsed(measured.geometry, predicted.max_within_class_variance.value_or(1));
  measured.loss_value = outcome.loss;
  measured.gradient_norm = outcome.gradient_norm;
  measured.view_variance = measured.geometry.view_variance;
  measured.view_similarity = measured.geometry.view_similarity;
  measured.effective_rank = effective_rank(outcome.embeddings);
  if (!spec.output_directory.empty()) {
    const EmbeddingsFile file{outcome.embeddings,
                              {},
                              by_row(outcome.rows, outcome.rows.class_of()),
                              {},
                              by_row(outcome.rows, outcome.rows.instance_of())};
    if (auto fault = write_embeddings(spec.output_directory, file)) return *fault;
  }
  return report;
}

// What a run writes while it goes on.
struct RunRecord {
  RunRecord(const std::string& directory, const CurveColumns& moving)
      : curve(curve_path(directory), moving), board(board_directory(directory)) {
    sinks.add(curve);
    sinks.add(board);
  }
  std::optional<Error> fault() const {
    if (curve.broken()) return Error{ErrorCode::unavailable, "cannot write " + curve.path(), {}};
    if (board.broken()) return Error{ErrorCode::unavailable, "cannot write " + board.path(), {}};
    return std::nullopt;
  }

  CurveCsv curve;
  TensorboardEvents board;
  EventSinks sinks;
};

Result<RunReport> run_checked(const TrainSpec& spec, const advisor::Evaluation& predicted, EventSink& events,
                              const StopFlag& stop) {
  const auto device = choose_device(spec.device);
  if (!device) return device.error();
  std::optional<RunRecord> record;
  if (!spec.output_directory.empty()) {
    const auto folder = prepare_output_directory(spec.output_directory);
    if (!folder) return folder.error();
    record.emplace(spec.output_directory,
                   CurveColumns{spec.control.has_value(), spec.temperature_schedule.has_value()});
  }
  EventSinks listeners, files;
  listeners.add(events);
  if (record) listeners.add(record->sinks);
  if (record) files.add(record->sinks);
  const auto begin = std::chrono::steady_clock::now();
  auto trained = spec.mode == Mode::encoder ? run_encoder(spec, device.value(), listeners, files, stop)
                                            : train_embeddings(spec, predicted, listeners, stop);
  if (!trained) return trained.error();
  RunReport report = std::move(trained).value();
  report.verdict = report.control ? judge_control(*report.control, report.predicted, report.measured, report.facts)
                                  : judge(report.predicted, report.measured, report.facts);
  report.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.blas = blas::blas_facts();
  if (!record) return report;
  if (auto fault = record->fault()) return *fault;
  if (auto fault = write_report(spec.output_directory, to_json(report))) return *fault;
  return report;
}

}  // namespace

advisor::Evaluation predict(const TrainSpec& spec) {
  advisor::EvaluationRequest request;
  request.problem = spec.problem;
  const bool weighed =
      !advisor::has_fixed_loss_weight(spec.problem.convention) || advisor::may_be_mixed(spec.problem.convention);
  if (weighed) request.loss_weight = spec.loss_weight;
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
