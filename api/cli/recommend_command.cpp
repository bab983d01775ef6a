#include "api/cli/recommend_command.h"

#include <nlohmann/json.hpp>

#include "advisor/json/questions/levels_json.h"
#include "advisor/json/questions/unlabelled_json.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/recommendation.h"
#include "api/cli/next_command.h"
#include "api/cli/request_command.h"
#include "api/cli/text/help_sections.h"
#include "api/cli/text/recommendation_report.h"

namespace ssem::api::cli {
namespace {

constexpr const char* kRecommendSummary = "The loss weight and temperature to train with, why, and what to type";

constexpr const char* kRecommendExamples =
    "At most one of --loss-weight and --temperature; without them both are advised.\n"
    "\n"
    "Examples:\n"
    "  ssem recommend --classes 10 --batch-size 512 --dimension 128 --dataset-instances-per-class 5000\n"
    "  ssem recommend --classes 1000 --batch-size 256 --sampling random --temperature 0.1\n"
    "  ssem recommend --classes 1000 --batch-size 1024 --classes-per-batch 64 --target-within-class-variance 0.2\n"
    "  ssem recommend --label-levels 100:1,20:0.5 --batch-size 512\n"
    "  ssem recommend --no-labels --batch-size 256 --dimension 128\n"
    "  ssem recommend --class-counts 5000,500,50 --batch-size 256 --json\n"
    "  ssem recommend --input problems.jsonl > answers.jsonl\n";

using advisor::json::TemperatureNeed;

Result<std::string> recommend_to_json(const nlohmann::ordered_json& body) {
  if (advisor::json::says_no_labels(body)) return advisor::json::unlabelled_answer(body, TemperatureNeed::optional);
  if (advisor::json::says_levels(body)) return advisor::json::levels_answer(body, TemperatureNeed::optional);
  const auto request = advisor::json::read_recommendation_request(body);
  if (!request) return request.error();
  return advisor::json::to_text(advisor::recommend(request.value()));
}

Result<RequestReport> recommend_to_report(const nlohmann::ordered_json& body, const GivenFields& given,
                                          const TextStyle& style) {
  if (advisor::json::says_no_labels(body)) {
    return unlabelled_request_report(body, TemperatureNeed::optional, given, style);
  }
  if (advisor::json::says_levels(body)) return levels_request_report(body, TemperatureNeed::optional, given, style);
  const auto request = advisor::json::read_recommendation_request(body);
  if (!request) return request.error();
  const advisor::Recommendation recommendation = advisor::recommend(request.value());
  return RequestReport{recommendation_report(recommendation, style), brief_report(recommendation),
                       command_after_recommendation(given, recommendation.evaluation)};
}

}  // namespace

void add_recommend_command(CLI::App& app, int& exit_code) {
  static const std::string kRecommendFooter = std::string(kRecommendExamples) + "\n" + kConventionsAndExitCodes;
  add_request_command(app,
                      {"recommend", kRecommendSummary, recommendation_flags(), "What to aim for or hold fixed",
                       kRecommendFooter.c_str(), recommend_to_json, recommend_to_json, recommend_to_report},
                      exit_code);
}

}  // namespace ssem::api::cli
