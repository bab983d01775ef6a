#include "api/cli/request_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/error_text.h"
#include "advisor/json/questions/levels_json.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/cli/exit_codes.h"
#include "api/cli/next_command.h"
#include "api/cli/text/levels_report.h"
#include "api/cli/text/unlabelled_report.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using files::print;

struct Given {
  GivenFields fields;
  std::optional<std::string> input;
  bool json = false;
  bool brief = false;
};

Result<std::string> text_for_people(const RequestKind& kind, const nlohmann::ordered_json& body, const Given& given) {
  const TextStyle style = text_style_of_stdout();
  const auto report = kind.report(body, given.fields, style);
  if (!report) return report.error();
  const auto& [text, brief, next] = report.value();
  return given.brief ? brief_text(brief, next.text, style) : text + ending_text(brief, next, style);
}

// The same reader as for HTTP sees the flags, so every rule exists once.
int answer_flags(const RequestKind& kind, const Given& given) {
  auto body = advisor::json::object_from_text(given.fields);
  auto answered = [&]() -> Result<std::string> {
    if (!body) return body.error();
    return given.json ? kind.answer(body.value()) : text_for_people(kind, body.value(), given);
  }();
  if (!answered) {
    std::cerr << flag_faults(answered.error());
    if (given.json) {
      print(advisor::json::to_text(answered.error(), "command-line") + '\n');
    } else {
      std::cerr << "Try 'ssem " << kind.name << " --help'.\n";
    }
    return kBadUsage;
  }
  std::string text = std::move(answered).value();
  if (given.json) text += '\n';
  return print(text) ? kAnswered : kSomeLineFailed;
}

int run(const RequestKind& kind, const Given& given) {
  if (given.brief && (given.json || given.input)) {
    std::cerr << "--brief: excludes " << (given.json ? "--json" : "--input") << ": its lines are for people\n";
    return kBadUsage;
  }
  if (!given.input) return answer_flags(kind, given);
  if (given.fields.empty()) return answer_lines(*given.input, kind.answer_line);
  std::cerr << flag_of(given.fields.front().first) << ": excludes --input: each line is a whole request\n";
  return kBadUsage;
}

}  // namespace

Result<RequestReport> unlabelled_request_report(const nlohmann::ordered_json& body, advisor::json::TemperatureNeed need,
                                                const GivenFields& given, const TextStyle& style) {
  const auto request = advisor::json::read_unlabelled_request(body, need);
  if (!request) return request.error();
  const advisor::UnlabelledAdvice advice = advisor::advise_unlabelled(request.value());
  return RequestReport{unlabelled_report(advice, style), brief_report(advice), command_after_unlabelled(given, advice)};
}

Result<RequestReport> levels_request_report(const nlohmann::ordered_json& body, advisor::json::TemperatureNeed need,
                                            const GivenFields& given, const TextStyle& style) {
  const auto request = advisor::json::read_levels_request(body, need);
  if (!request) return request.error();
  const bool advice = need == advisor::json::TemperatureNeed::optional;
  const advisor::LevelsEvaluation evaluation =
      advice ? advisor::advise_levels(request.value()) : advisor::evaluate_levels(request.value());
  return RequestReport{levels_report(evaluation, style), brief_report(evaluation),
                       command_after_levels(given, evaluation)};
}

void add_request_command(CLI::App& app, const RequestKind& kind, int& exit_code) {
  CLI::App* command = app.add_subcommand(kind.name, kind.summary);
  const auto given = std::make_shared<Given>();
  add_request_flags(*command, kind.own_flags, kind.own_heading, given->fields);
  add_request_flags(*command, library_flags(), "Instead, what you train with", given->fields);
  add_request_flags(*command, problem_flags(), "Problem", given->fields);
  command->add_flag("--json", given->json, "Print one line of JSON, the same as over HTTP")->group("Input and output");
  command->add_flag("--brief", given->brief, "Print three lines: the answer, why, and the next command")
      ->group("Input and output");
  command
      ->add_option_function<std::string>(
          "--input", [given](const std::string& path) { given->input = path; },
          "Read one JSON request per line from a file, or from stdin for -; write one JSON result per line, in "
          "order. A bad line gives an error object on its line; blank lines are skipped")
      ->type_name("FILE|-")
      ->group("Input and output");
  command->get_help_ptr()->group("Input and output");
  command->footer(kind.footer);
  command->callback([kind, given, &exit_code] { exit_code = run(kind, *given); });
}

}  // namespace ssem::api::cli
