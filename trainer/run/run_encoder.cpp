#include "trainer/run/run_encoder.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "advisor/numeric/number_text.h"
#include "advisor/recommendation.h"
#include "trainer/blas/gemm.h"
#include "trainer/data/load_data.h"
#include "trainer/encoder/measure_encoder.h"
#include "trainer/encoder/measure_transfer.h"
#include "trainer/encoder/train_encoder.h"
#include "trainer/rest/convergence.h"
#include "trainer/run/run_files.h"
#include "trainer/run/run_spec.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kWatchedImages = 256, kWatchedPerClass = 8;
constexpr double kLastPart = 0.1;  // of a run: a temperature that moves by more than kStill in it moves to the end
constexpr double kStill = 0.02;    // relative
constexpr std::uint64_t kDataStream = 10, kWeightStream = 11;

std::vector<std::int64_t> counts_of(const Dataset& data) {
  std::vector<std::int64_t> counts;
  for (const std::int64_t label : data.labels) {
    if (label >= static_cast<std::int64_t>(counts.size())) counts.resize(static_cast<std::size_t>(label) + 1);
    ++counts[static_cast<std::size_t>(label)];
  }
  return counts;
}

// Holds the problem against the data, and takes from the data what the problem leaves open.
std::optional<Error> join(const Dataset& train, TrainSpec& spec, std::vector<std::string>& notes) {
  advisor::Problem& problem = spec.problem;
  const std::vector<std::int64_t> counts = counts_of(train);
  const auto classes = static_cast<std::int64_t>(counts.size());
  FaultList faults;
  if (problem.imbalanced()) {
    if (static_cast<std::int64_t>(problem.class_counts.size()) != classes) {
      faults.add("/problem/class_counts", "must have an entry for each of the data's " + std::to_string(classes) +
                                              " classes, got " + std::to_string(problem.class_counts.size()));
    } else if (problem.class_counts != counts) {
      notes.emplace_back(
          "problem.class_counts are not the counts of the training examples; batches keep the given shares");
    }
  } else if (problem.classes != classes) {
    faults.add("/problem/classes",
               "must be the data's " + std::to_string(classes) + " classes, got " + std::to_string(problem.classes));
  }
  if (!faults.empty()) return faults.to_error();
  if (problem.imbalanced()) return std::nullopt;
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  if (*least != *most) {
    notes.emplace_back(
        "the data's classes have " + std::to_string(*least) + " to " + std::to_string(*most) +
        " training images; the prediction takes them as equal (problem.class_counts tells it otherwise)");
  }
  if (!problem.dataset_instances_per_class && problem.instances_per_class <= *least) {
    problem.dataset_instances_per_class = train.size() / classes;
  }
  return std::nullopt;
}

// Of evenly spaced classes, so many that each has kWatchedPerClass images among kWatchedImages.
std::vector<std::int64_t> rows_of_some_classes(const Dataset& data) {
  const std::vector<std::int64_t> counts = counts_of(data);
  const auto classes = static_cast<std::int64_t>(counts.size());
  std::vector<std::int64_t> room(counts.size(), 0), rows;
  for (const std::int64_t label : spaced_rows(classes, kWatchedImages / kWatchedPerClass)) {
    room[static_cast<std::size_t>(label)] = std::max(kWatchedPerClass, kWatchedImages / classes);
  }
  for (std::int64_t row = 0; row < data.size(); ++row) {
    std::int64_t& left = room[static_cast<std::size_t>(data.labels[static_cast<std::size_t>(row)])];
    if (left-- > 0) rows.push_back(row);
  }
  return rows;
}

// The control that the spec asks for, with theory's answer to the loss weight near the target as its gain.
Result<std::optional<VarianceControl>> control_of(const TrainSpec& spec, const advisor::Evaluation& predicted) {
  if (!spec.control) return std::optional<VarianceControl>();
  const double target = spec.control->target_within_class_variance;
  if (predicted.max_within_class_variance && target >= *predicted.max_within_class_variance) {
    FaultList faults;
    faults.add("/control/target_within_class_variance", "must be below the largest variance that a batch can have, " +
                                                            advisor::number_text(*predicted.max_within_class_variance) +
                                                            ", got " + advisor::number_text(target));
    return faults.to_error();
  }
  advisor::RecommendationRequest request;
  request.problem = spec.problem;
  request.target_within_class_variance = target;
  request.temperature = spec.temperature;
  const advisor::Evaluation there = advisor::recommend(request).evaluation;
  const double weight = there.loss_weight.value_or(spec.loss_weight);
  const double slope = there.sensitivity ? there.sensitivity->within_per_loss_weight * weight * (1 - weight) : 0;
  return std::optional(VarianceControl(target, spec.loss_weight, slope));
}

// A schedule's end comes out of its arithmetic with all its digits.
std::string short_number(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.4g", value);
  return buffer.data();
}

// Why no verdict can be given at the last temperature; nothing where it stood still.
std::string moved_to_the_end(const advisor::TemperatureSchedule& schedule, std::int64_t steps) {
  constexpr int kSamples = 100;
  const auto last = static_cast<double>(steps - 1);
  double lowest = schedule.at(last), highest = lowest;
  for (int k = 0; k < kSamples; ++k) {
    const double temperature = schedule.at(last * (1 - kLastPart * k / kSamples));
    lowest = std::min(lowest, temperature);
    highest = std::max(highest, temperature);
  }
  if (highest <= lowest * (1 + kStill)) return "";
  return "the temperature still moved between " + short_number(lowest) + " and " + short_number(highest) +
         " in the last tenth of the run";
}

// After training: measured, predicted and judged is at the temperature of the last step.
void take_last_temperature(TrainSpec& spec, std::int64_t steps, RunReport& report) {
  const advisor::TemperatureSchedule& schedule = spec.temperature_schedule->over;
  spec.temperature = schedule.at(static_cast<double>(steps - 1));
  report.predicted = predict(spec);
  report.notes.push_back("the temperature moved from " + short_number(schedule.at(0)) + " to " +
                         short_number(spec.temperature) + " in " + std::to_string(steps) +
                         " steps; loss and prediction are those at the last one");
}

}  // namespace

Result<RunReport> run_encoder(TrainSpec spec, c10::Device device, EventSink& events, EventSink& record,
                              const StopFlag& stop) {
  const auto seed = static_cast<std::uint64_t>(spec.seed);
  const auto data = load_data(spec.dataset, mixed_seed(seed, kDataStream, 0));
  if (!data) return data.error();
  const Dataset &train = data.value().train, &test = data.value().test;
  if (!spec.corruptions.empty() && !test.holds_images()) {
    FaultList faults;
    faults.add("/corruptions", "needs images; the data set has columns of numbers");
    return faults.to_error();
  }
  RunReport report;
  if (!train.left_out.empty())
    report.notes.push_back("left out of the data, as they are no features: " + train.left_out);
  if (auto fault = join(train, spec, report.notes)) return *std::move(fault);
  report.predicted = predict(spec);
  auto control = control_of(spec, report.predicted);
  if (!control) return control.error();

  const auto made = Encoder::make(spec.model, train.shape, mixed_seed(seed, kWeightStream, 0));
  if (!made) return made.error();
  const Encoder& encoder = made.value();
  // Convolutions share out the images of a batch among threads; more threads inside each product only get in their way.
  std::optional<blas::OneThread> one_thread;
  if (spec.model.kind != "mlp") one_thread.emplace();
  encoder.move_to(device);
  const Normalisation normalisation = normalisation_of(train);
  const ExampleTensors train_tensors(train, normalisation, device), test_tensors(test, normalisation, device);

  const auto watched = rows_of_some_classes(test);
  const Dataset watched_data = [&] {
    Dataset part;
    for (const std::int64_t row : watched) part.labels.push_back(test.labels[static_cast<std::size_t>(row)]);
    return part;
  }();
  const BatchRows watched_rows = BatchRows::make(watched_data.labels, instances_of(watched_data)).value();
  const auto steered_by = rows_of_some_classes(train);
  const BatchRows steered_rows =
      BatchRows::make(chosen(train.labels, steered_by), chosen(instances_of(train), steered_by)).value();
  const PassOptions pass = pass_options(spec, false);
  const Watch watch{
      [&] { return measure_geometry(outputs_of(encoder, test_tensors, watched, pass).embeddings, watched_rows); },
      [&] {
        return unbiased_within_class_variance(
            measure_geometry(outputs_of(encoder, train_tensors, steered_by, pass).embeddings, steered_rows));
      }};

  events.started(device.str(), total_steps(spec, train.size()));
  const auto instances = instances_of(train);
  auto trained = train_encoder(spec, {train_tensors, train.labels, instances}, encoder, device, watch, control.value(),
                               events, record, stop);
  if (!trained) return trained.error();
  const EncoderCourse& course = trained.value();
  std::string unsettled;
  if (spec.temperature_schedule && course.steps > 0) {
    take_last_temperature(spec, course.steps, report);
    unsettled = moved_to_the_end(spec.temperature_schedule->over, course.steps);
  }
  const EncoderParts parts{train, test, train_tensors, test_tensors, normalisation};
  auto measures = measure_encoder(spec, encoder, parts, device, report.predicted.max_within_class_variance.value_or(1),
                                  course.cancelled);
  if (!measures) return measures.error();
  report.measured = measures.value().measured;
  if (!course.cancelled) {
    const TrainedEncoder elsewhere{encoder, normalisation, train.shape, pass, device, seed};
    auto transfer = measure_transfer(spec.transfer, elsewhere);
    if (!transfer) return transfer.error();
    report.measured.transfer = std::move(transfer).value();
    auto foreign = measure_foreign(spec.foreign_data, elsewhere, measures.value().bank, measures.value().test);
    if (!foreign) return foreign.error();
    report.measured.foreign = std::move(foreign).value();
  }
  const Convergence convergence = judge_convergence(course.course);
  report.facts = {false, convergence.converged && !course.cancelled && unsettled.empty(), course.cancelled,
                  course.cancelled     ? "it was cancelled"
                  : !unsettled.empty() ? unsettled
                                       : convergence.why};
  if (control.value()) {
    VarianceControl steered = *control.value();
    steered.resume(course.control);
    report.control = ControlReport{steered.target(), spec.loss_weight, steered.outcome()};
    TrainSpec settled = spec;
    settled.loss_weight = report.control->outcome.final_loss_weight;
    report.predicted = predict(settled);
  }
  report.device = device.str();
  report.steps = course.steps;
  report.images_per_s = course.images_per_s;
  report.spec = std::move(spec);
  if (report.spec.output_directory.empty()) return report;
  const Outputs& outputs = measures.value().test;
  const EmbeddingsFile file{outputs.embeddings, outputs.features, test.labels, test.fine_labels, instances_of(test)};
  if (auto fault = write_embeddings(report.spec.output_directory, file)) return *std::move(fault);
  return report;
}

}  // namespace ssem::trainer
