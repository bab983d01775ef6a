#include "advisor/json/questions/unlabelled_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "advisor/json/answer_parts.h"
#include "advisor/json/field_names.h"
#include "advisor/json/field_reader.h"
#include "advisor/json/requests.h"
#include "advisor/json/text_writer.h"

namespace ssem::advisor::json {
namespace {

constexpr std::size_t kUnlabelledBytes = 8000;
constexpr std::string_view kTemperature = "temperature";

void write(TextWriter& out, const UnlabelledProblem& problem) {
  out.begin_object();
  out.field("labels", false);
  out.field("batch_size", problem.batch_size);
  out.field("dimension", problem.dimension);
  out.field("views", problem.views);
  out.field("convention", name(problem.convention));
  out.field("dataset_images", problem.dataset_images);
  if (problem.queue_size) out.field("queue_size", *problem.queue_size);
  if (problem.kinds) out.field("classes", *problem.kinds);
  if (problem.base_temperature) out.field("base_temperature", *problem.base_temperature);
  out.end_object();
}

void write_fields(TextWriter& out, const TemperatureReading& reading) {
  out.field("temperature", reading.temperature);
  out.field("loss_value", reading.ladder.optimum);
  out.key("loss_ladder");
  write(out, reading.ladder);
  out.field("effective_negatives", reading.effective_negatives);
  out.field("look_alike_push", reading.look_alike_push);
}

void write(TextWriter& out, const TemperatureBand& band) {
  out.begin_object();
  out.field("low", band.low);
  out.field("high", band.high);
  out.field("first", band.first);
  out.field("evidence", name(band.strength));
  out.field("why", band.why);
  out.key("experiments");
  out.begin_array();
  for (const TemperatureExperiment& experiment : temperature_experiments()) {
    out.begin_object();
    out.field("data", experiment.data);
    out.field("classes", experiment.kinds);
    out.field("source", experiment.source);
    out.field("evidence", name(experiment.strength));
    out.key("findings");
    out.begin_array();
    for (const TemperatureFinding& finding : experiment.findings) {
      out.begin_object();
      out.field("temperature", finding.temperature);
      out.field("accuracy", finding.figure);
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

// Fields of the labelled request that mean nothing here; their faults stand before that of an unknown field.
void refuse_fields(FieldReader& in, std::span<const std::string_view> fields,
                   const std::vector<std::string_view>& known) {
  for (const std::string_view field : fields) {
    if (!in.has(field) || std::find(known.begin(), known.end(), field) != known.end()) continue;
    in.fault(field, "needs labels: it says nothing where labels is false");
  }
}

}  // namespace

bool says_no_labels(const nlohmann::ordered_json& body) {
  if (!body.is_object()) return false;
  const auto labels = body.find(kLabelsField);
  return labels != body.end() && labels->is_boolean() && !labels->get<bool>();
}

Result<UnlabelledRequest> read_unlabelled_request(const nlohmann::ordered_json& body, TemperatureNeed need) {
  std::vector<std::string_view> known{kTemperature, kLabelsField, kDatasetImagesField};
  known.insert(known.end(), kProblemFields.begin(), kProblemFields.end());
  FaultList faults;
  FieldReader in(body, faults);
  if (!body.is_object()) return faults.to_error();
  const ProblemFields fields = read_problem_fields(in, faults);
  UnlabelledRequest request;
  request.temperature = read_temperature(in, faults);
  const auto images = in.integer(kDatasetImagesField, 2, kMaxImages);
  refuse_fields(in, kLibraryFields, known);
  refuse_fields(in, kRecommendationFields, known);
  in.reject_unknown(known);
  auto problem = check_unlabelled(fields, images, faults);
  if (need == TemperatureNeed::required && !in.has(kTemperature)) {
    faults.add("/temperature", "is required: a number from 1e-4 to 1e4");
  }
  if (!faults.empty() || !problem) return faults.to_error();
  request.problem = *std::move(problem);
  return request;
}

Result<std::string> unlabelled_answer(const nlohmann::ordered_json& body, TemperatureNeed need) {
  const auto request = read_unlabelled_request(body, need);
  if (!request) return request.error();
  return to_text(advise_unlabelled(request.value()));
}

std::string to_text(const UnlabelledAdvice& advice) {
  TextWriter out(kUnlabelledBytes);
  out.begin_object();
  out.key("problem");
  write(out, advice.problem);
  out.field("temperature_advised", !advice.temperature_given);
  write_fields(out, advice.here);
  out.field("negatives", advice.problem.negatives());
  out.field("exact", advice.exact);
  out.field("uniformity", advice.uniformity);
  out.key("sensitivity");
  out.begin_object();
  out.field("loss_per_log_temperature", advice.loss_per_log_temperature);
  out.field("effective_negatives_per_log_temperature", advice.effective_negatives_per_log_temperature);
  out.end_object();
  out.key("temperature_band");
  write(out, advice.band);
  out.key("temperatures");
  out.begin_array();
  for (const TemperatureReading& reading : advice.temperatures) {
    out.begin_object();
    write_fields(out, reading);
    out.end_object();
  }
  out.end_array();
  out.field("why", advice.why);
  write_list(out, "what_to_type", advice.what_to_type);
  write_list(out, "numerics", advice.numerics);
  write_list(out, "assumed", advice.problem.assumed);
  write_list(out, "warnings", advice.warnings);
  out.end_object();
  return std::move(out).take();
}

}  // namespace ssem::advisor::json
