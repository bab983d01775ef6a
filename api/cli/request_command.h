// What `recommend` and `evaluate` share: flags or lines of JSON in, a report or JSON out.
#pragma once

#include <string>
#include <vector>

#include "advisor/json/questions/unlabelled_json.h"
#include "api/cli/json_lines.h"
#include "api/cli/request_flags.h"
#include "api/cli/text/brief_report.h"
#include "api/cli/text/text_style.h"

namespace CLI {
class App;
}

namespace ssem::api::cli {

struct RequestReport {
  std::string text;
  BriefReport brief;
  NextCommand next;
};

struct RequestKind {
  const char* name;
  const char* summary;
  const std::vector<RequestFlag>& own_flags;  // beside the problem's
  const char* own_heading;
  const char* footer;
  AnswerText answer;       // one line of JSON
  AnswerText answer_line;  // the same for one of many
  Result<RequestReport> (*report)(const nlohmann::ordered_json& body, const GivenFields& given, const TextStyle& style);
};

// What `recommend` and `evaluate` answer where a request has no labels.
Result<RequestReport> unlabelled_request_report(const nlohmann::ordered_json& body, advisor::json::TemperatureNeed need,
                                                const GivenFields& given, const TextStyle& style);

// And where it has labels on several levels.
Result<RequestReport> levels_request_report(const nlohmann::ordered_json& body, advisor::json::TemperatureNeed need,
                                            const GivenFields& given, const TextStyle& style);

// Adds the command; running it sets `exit_code`. Both must outlive the parse.
void add_request_command(CLI::App& app, const RequestKind& kind, int& exit_code);

}  // namespace ssem::api::cli
