#include "api/cli/explain/explain_command.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/explanation_json.h"
#include "advisor/json/strict_parse.h"
#include "api/cli/explain/curve_file.h"
#include "api/cli/explain/explain_report.h"
#include "api/cli/next_command.h"
#include "api/cli/request_command.h"
#include "api/cli/text/help_sections.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExplainSummary =
    "What a logged loss value or curve means: start, one point, collapse, optimum, stuck, diverged";

constexpr const char* kExplainExamples =
    "Without --loss-weight the loss is plain SupCon's; --base-temperature or --library says how it is scaled in the "
    "log. What is left out is tried, as far as the value alone tells.\n"
    "\n"
    "Examples:\n"
    "  ssem explain --loss 8.909 --classes 10 --batch-size 256 --temperature 0.1 --base-temperature 0.07\n"
    "  ssem explain --loss 8.909 --classes 10 --batch-size 256 --library supcontrast --library-temperature 0.1\n"
    "  ssem explain --loss 5.5597 --base-temperature 0.07 --temperature 0.1\n"
    "  ssem explain --curve events.out.tfevents.1 --curve-name train/loss --classes 10 --batch-size 512 \\\n"
    "      --loss-weight 0.5 --temperature 0.1\n"
    "  ssem explain --curve loss.csv --preset cifar100 --library pytorch_metric_learning --json\n";

constexpr const char* kCurveName = "curve_name";

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// The file's curve in the place of its name.
Result<Json> with_curve(Json body) {
  std::optional<std::string> name;
  if (body.contains(kCurveName)) {
    if (!body.contains(advisor::json::kCurveField)) return field_error("/curve_name", "needs --curve");
    name = text_of(body[kCurveName]);
    body.erase(kCurveName);
  }
  if (!body.contains(advisor::json::kCurveField)) return body;
  Json& curve = body[std::string(advisor::json::kCurveField)];
  const auto points = read_curve_file(text_of(curve), name);
  if (!points) return points.error();
  curve = Json::array();
  for (const advisor::LoggedPoint& point : points.value()) {
    curve.push_back({advisor::json::number(point.step), advisor::json::number(point.value)});
  }
  return body;
}

Result<std::string> explain_line(const Json& body) {
  const auto request = advisor::json::read_explanation_request(body);
  if (!request) return request.error();
  const auto explanation = advisor::explain(request.value());
  if (!explanation) return explanation.error();
  return advisor::json::to_text(explanation.value());
}

Result<std::string> explain_to_json(const Json& body) {
  const auto whole = with_curve(body);
  if (!whole) return whole.error();
  return explain_line(whole.value());
}

Result<RequestReport> explain_to_report(const Json& body, const GivenFields& given, const TextStyle& style) {
  const auto whole = with_curve(body);
  if (!whole) return whole.error();
  const auto request = advisor::json::read_explanation_request(whole.value());
  if (!request) return request.error();
  const auto explanation = advisor::explain(request.value());
  if (!explanation) return explanation.error();
  return RequestReport{explanation_report(explanation.value(), style), brief_report(explanation.value()),
                       command_after_explanation(given, request.value())};
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  static const std::string kExplainFooter = std::string(kExplainExamples) + "\n" + kConventionsAndExitCodes;
  add_request_command(app,
                      {"explain", kExplainSummary, explanation_flags(), "What is logged", kExplainFooter.c_str(),
                       explain_to_json, explain_line, explain_to_report},
                      exit_code);
}

}  // namespace ssem::api::cli
