#include "api/cli/text/validation_report.h"

#include <array>
#include <nlohmann/json.hpp>

#include "api/cli/text/report.h"
#include "api/cli/text/trainer_report.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;

// In low dimension the estimate is the prediction to hold the measurement against.
Json predicted_value(const Json& predicted, const std::string& field) {
  if (field == "within_class_variance" && part(predicted, "estimated_within_class_variance").is_number()) {
    return part(predicted, "estimated_within_class_variance");
  }
  return part(predicted, field.c_str());
}

void add_comparison(Report& out, const Json& predicted, const Json& measured) {
  constexpr std::array<std::array<const char*, 2>, 6> kCompared{{
      {"class collapse", "collapsed"},
      {"within-class variance", "within_class_variance"},
      {"between-class variance", "between_class_variance"},
      {"similarity within a class", "within_class_similarity"},
      {"similarity between classes", "between_class_similarity"},
      {"loss", "loss_value"},
  }};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [label, field] : kCompared) {
    // NOLINTNEXTLINE(performance-inefficient-vector-operation): a dozen rows
    rows.push_back({label, cell(predicted_value(predicted, field)), cell(part(measured, field))});
  }
  out.heading("Predicted against measured");
  out.table({"", "predicted", "measured"}, rows);
}

void add_measures(Report& out, const Json& measured) {
  constexpr std::array<std::array<const char*, 2>, 9> kMeasures{{
      {"variance of the views of an image", "view_variance"},
      {"within-class variance of training images", "train_within_class_variance"},
      {"gradient norm", "gradient_norm"},
      {"kNN accuracy (k = 200)", "knn_accuracy"},
      {"weighted kNN accuracy", "weighted_knn_accuracy"},
      {"linear probe accuracy", "linear_probe_accuracy"},
      {"fine accuracy (coarse labels only seen)", "fine_accuracy"},
      {"fine accuracy of the embedding", "embedding_fine_accuracy"},
      {"effective rank", "effective_rank"},
  }};
  out.heading("Also measured");
  for (const auto& [label, field] : kMeasures) {
    const std::string value = cell(part(measured, field));
    if (value != "-") out.row(label, value);
  }
}

void add_run(Report& out, const Json& report) {
  out.heading("Run");
  const auto row = [&](const char* label, const char* field) {
    const std::string value = cell(part(report, field));
    if (value != "-") out.row(label, value);
  };
  row("converged", "converged");
  row("convergence", "convergence_why");
  row("stopped early", "cancelled");
  row("device", "device");
  row("steps", "steps");
  row("seconds", "elapsed_s");
  row("images per second", "images_per_s");
  const std::string folder = text_part(part(report, "spec"), "output_directory");
  if (!folder.empty()) out.row("files in", folder);
}

}  // namespace

std::string validation_report(const Json& report, const TextStyle& style) {
  Report out(style);
  const std::string verdict = text_part(report, "verdict");
  std::string sentence = verdict + ": " + text_part(report, "why");
  if (!verdict.empty()) sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  out.verdict(sentence, verdict == "confirmed" ? Report::Tone::good : Report::Tone::bad);
  add_comparison(out, part(report, "predicted"), part(report, "measured"));
  add_measures(out, part(report, "measured"));
  add_run(out, report);
  return std::move(out).take();
}

}  // namespace ssem::api::cli
