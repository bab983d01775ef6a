#include "api/cli/text/validation_report.h"

#include <array>
#include <nlohmann/json.hpp>

#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/report.h"
#include "api/cli/text/trainer_report.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

// A name for people, and the field of the report.
using Row = std::array<std::string_view, 2>;

// In low dimension the estimate is the prediction to hold the measurement against.
Json predicted_value(const Json& predicted, std::string_view field) {
  if (field == protocol::kWithinClassVariance && part(predicted, "estimated_within_class_variance").is_number()) {
    return part(predicted, "estimated_within_class_variance");
  }
  return part(predicted, field);
}

void add_comparison(Report& out, const Json& predicted, const Json& measured) {
  constexpr std::array<Row, 6> kCompared{{
      {"class collapse", protocol::kCollapsed},
      {"within-class variance", protocol::kWithinClassVariance},
      {"between-class variance", protocol::kBetweenClassVariance},
      {"similarity within a class", protocol::kWithinClassSimilarity},
      {"similarity between classes", protocol::kBetweenClassSimilarity},
      {"loss", protocol::kLossValue},
  }};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [label, field] : kCompared) {
    // NOLINTNEXTLINE(performance-inefficient-vector-operation): a dozen rows
    rows.push_back({std::string(label), cell(predicted_value(predicted, field)), cell(part(measured, field))});
  }
  out.heading("Predicted against measured");
  out.table({"", "predicted", "measured"}, rows);
}

void add_run_measures(Report& out, const Json& measured) {
  constexpr std::array<Row, 14> kMeasures{{
      {"variance of the views of an image", protocol::kViewVariance},
      {"within-class variance of training images", protocol::kTrainWithinClassVariance},
      {"kNN accuracy (k = 200)", protocol::kKnnAccuracy},
      {"weighted kNN accuracy", protocol::kWeightedKnnAccuracy},
      {"linear probe accuracy", protocol::kLinearProbeAccuracy},
      {"fine accuracy (coarse labels only seen)", protocol::kFineAccuracy},
      {"fine accuracy of the embedding", protocol::kEmbeddingFineAccuracy},
      {"accuracy of the class means of embeddings", protocol::kPrototypeAccuracy},
      {"foreign data told by distance (AUROC)", protocol::kForeignAuroc},
      {"effective rank", protocol::kEffectiveRank},
      {"within-class share of the encoder's variance", protocol::kEncoderWithinClassVariance},
      {"variance along the lines between classes", protocol::kDirectionalVariance},
      {"directions that a class spreads over", protocol::kClassDirections},
      {"agreement of two views within a class", protocol::kViewConsistency},
  }};
  out.heading("Also measured");
  for (const auto& [label, field] : kMeasures) {
    const std::string value = cell(part(measured, field));
    if (value != "-") out.row(label, value);
  }
  for (const auto& [shots, accuracy] : part(measured, protocol::kFewShotAccuracy).items()) {
    out.row("accuracy from " + shots + " images a class", cell(accuracy));
  }
  for (const auto& [corruption, accuracy] : part(measured, protocol::kCorruptedAccuracy).items()) {
    out.row("linear probe under " + corruption, cell(accuracy));
  }
  for (const Json& one : part(measured, protocol::kTransfer)) {
    out.row("linear probe on " + text_part(one, protocol::kDataset), cell(part(one, protocol::kLinearProbeAccuracy)));
    out.row("kNN on " + text_part(one, protocol::kDataset), cell(part(one, protocol::kKnnAccuracy)));
  }
  const Json& gradient = part(measured, protocol::kGradientNorm);  // a small one is no rounding
  if (gradient.is_number()) out.row("gradient norm", short_number(gradient.get<double>()));
}

void add_control(Report& out, const Json& control) {
  if (!control.is_object()) return;
  out.heading("Steered");
  out.row("within-class variance to hold", cell(part(control, protocol::kTargetWithinClassVariance)));
  out.row("loss weight that holds it", cell(part(control, protocol::kFinalLossWeight)), "type this for a plain run");
  out.row("settled", cell(part(control, protocol::kSettled)));
}

void add_run(Report& out, const Json& report) {
  out.heading("Run");
  const auto row = [&](const char* label, std::string_view field) {
    const std::string value = cell(part(report, field));
    if (value != "-") out.row(label, value);
  };
  if (part(report, protocol::kStoppedEarly) == true) {
    out.row("ended", "cancelled");  // whether it would have converged nobody knows
  } else {
    row("converged", protocol::kConverged);
    row("convergence", protocol::kConvergenceWhy);
  }
  row("device", protocol::kDevice);
  row("steps", protocol::kSteps);
  row("seconds", protocol::kElapsedS);
  row("images per second", protocol::kImagesPerS);
  const std::string folder = text_part(part(report, protocol::kSpec), protocol::kOutputDirectory);
  if (!folder.empty()) out.row("files in", folder);
}

}  // namespace

std::string validation_report(const Json& report, const TextStyle& style) {
  Report out(style);
  const std::string verdict = text_part(report, protocol::kVerdict);
  std::string sentence = verdict + ": " + text_part(report, protocol::kWhy);
  if (!verdict.empty()) sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  out.verdict(sentence, verdict == protocol::kConfirmed ? Report::Tone::good : Report::Tone::bad);
  for (const Json& note : part(report, protocol::kNotes)) {
    if (note.is_string()) out.sentence(note.get<std::string>());
  }
  add_comparison(out, part(report, protocol::kPredicted), part(report, protocol::kMeasured));
  add_control(out, part(report, protocol::kControl));
  add_run_measures(out, part(report, protocol::kMeasured));
  add_run(out, report);
  return std::move(out).take();
}

}  // namespace ssem::api::cli
