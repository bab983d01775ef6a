#include "api/cli/evaluate_command.h"

#include <nlohmann/json.hpp>

#include "advisor/evaluation.h"
#include "advisor/json/questions/levels_json.h"
#include "advisor/json/questions/schedule_json.h"
#include "advisor/json/questions/unlabelled_json.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "api/cli/next_command.h"
#include "api/cli/request_command.h"
#include "api/cli/text/evaluation_report.h"
#include "api/cli/text/help_sections.h"
#include "api/cli/text/schedule_report.h"

namespace ssem::api::cli {
namespace {

constexpr const char* kEvaluateSummary =
    "What one loss weight and temperature do: collapse or not, variances, margins, loss";

constexpr const char* kEvaluateExamples =
    "Examples:\n"
    "  ssem evaluate --classes 10 --batch-size 512 --loss-weight 0.5 --temperature 0.1\n"
    "  ssem evaluate --classes 100 --batch-size 512 --dimension 128 --dataset-instances-per-class 500 \\\n"
    "      --loss-weight 0.5 --temperature 0.1 --json\n"
    "  ssem evaluate --classes 10 --batch-size 512 --convention supcon --temperature 0.1\n"
    "  ssem evaluate --classes 10 --batch-size 512 --loss-weight 0.5 --temperature-schedule cosine:1:0.1:200:1000\n"
    "  ssem evaluate --label-levels 100:1,20:0.5 --batch-size 512 --loss-weight 0.3 --temperature 0.1\n"
    "  ssem evaluate --no-labels --batch-size 256 --dimension 128 --temperature 0.5\n"
    "  ssem evaluate --class-counts 5000,500,50 --batch-size 256 --loss-weight 0.5 --temperature 0.1\n"
    "  echo '{\"classes\":10,\"batch_size\":512,\"loss_weight\":0.5,\"temperature\":0.1}' | ssem evaluate --input -\n";

using advisor::json::TemperatureNeed;

Result<std::string> evaluate_to_json(const nlohmann::ordered_json& body) {
  if (advisor::json::says_no_labels(body)) return advisor::json::unlabelled_answer(body, TemperatureNeed::required);
  if (advisor::json::says_levels(body)) return advisor::json::levels_answer(body, TemperatureNeed::required);
  if (advisor::json::says_schedule(body)) return advisor::json::schedule_answer(body);
  const auto request = advisor::json::read_evaluation_request(body);
  if (!request) return request.error();
  return advisor::json::to_text(advisor::evaluate_in_full(request.value()));
}

// One of many: nobody reads what another sampler would give each of them.
Result<std::string> answer_line(const nlohmann::ordered_json& body) {
  if (advisor::json::says_no_labels(body)) return advisor::json::unlabelled_answer(body, TemperatureNeed::required);
  if (advisor::json::says_levels(body)) return advisor::json::levels_answer(body, TemperatureNeed::required);
  if (advisor::json::says_schedule(body)) return advisor::json::schedule_answer(body);
  const auto request = advisor::json::read_evaluation_request(body);
  if (!request) return request.error();
  return advisor::json::to_text(advisor::evaluate_with_expectation(request.value()));
}

Result<RequestReport> evaluate_to_report(const nlohmann::ordered_json& body, const GivenFields& given,
                                         const TextStyle& style) {
  if (advisor::json::says_no_labels(body)) {
    return unlabelled_request_report(body, TemperatureNeed::required, given, style);
  }
  if (advisor::json::says_levels(body)) return levels_request_report(body, TemperatureNeed::required, given, style);
  if (advisor::json::says_schedule(body)) {
    const auto asked = advisor::json::read_schedule_request(body);
    if (!asked) return asked.error();
    const advisor::ScheduleEvaluation evaluation = advisor::evaluate_schedule(asked.value());
    return RequestReport{schedule_report(evaluation, style), brief_report(evaluation),
                         command_after_schedule(given, evaluation)};
  }
  const auto request = advisor::json::read_evaluation_request(body);
  if (!request) return request.error();
  const advisor::Evaluation evaluation = advisor::evaluate_in_full(request.value());
  return RequestReport{evaluation_report(evaluation, style), brief_report(evaluation),
                       command_after_evaluation(given, evaluation)};
}

}  // namespace

void add_evaluate_command(CLI::App& app, int& exit_code) {
  static const std::string kEvaluateFooter = std::string(kEvaluateExamples) + "\n" + kConventionsAndExitCodes;
  add_request_command(app,
                      {"evaluate", kEvaluateSummary, evaluation_flags(), "What to evaluate", kEvaluateFooter.c_str(),
                       evaluate_to_json, answer_line, evaluate_to_report},
                      exit_code);
}

}  // namespace ssem::api::cli
