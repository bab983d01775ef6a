#include "api/cli/validate_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/error_text.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/process.h"
#include "advisor/json/training/spec_fields.h"
#include "api/cli/exit_codes.h"
#include "api/cli/text/help_sections.h"
#include "api/cli/text/validation_report.h"
#include "api/cli/trainer_answer.h"
#include "api/cli/training_spec.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

namespace protocol = advisor::json::training;
using files::print;

constexpr const char* kValidateFooter =
    "Without --loss-weight and --temperature the recommended pair is trained.\n"
    "\n"
    "Examples:\n"
    "  ssem validate --classes 10 --instances-per-class 20 --dimension 32\n"
    "  ssem validate --classes 4 --instances-per-class 10 --dimension 16 --loss-weight 0.02 --temperature 0.5\n"
    "  ssem validate --spec run.json --output-directory results\n"
    "\n"
    "The end is a report for people; with --json each event is one line of JSON instead.\n"
    "Ctrl-C stops early: a checkpoint and a report of what is known are written.\n"
    "\n"
    "Exit codes:\n"
    "  0  trained to the end, whatever the verdict\n"
    "  2  a flag or the spec is wrong; stderr says what, one line per fault\n"
    "  3  stopped early by Ctrl-C or SIGTERM\n"
    "  4  training failed, or ssem-train was not built\n";

struct ValidateGiven {
  GivenFields request;
  GivenFields training;
  std::optional<std::string> spec;
  bool json = false;
};

// The help section of the other commands, without their exit codes.
std::string conventions() {
  const std::string_view section = kConventionsAndExitCodes;
  return '\n' + std::string(section.substr(0, section.find("\nExit codes")));
}

int reject_validate(const Error& error, bool json) {
  std::cerr << flag_faults(error);
  if (json) {
    print(advisor::json::to_text(error, "command-line") + '\n');
  } else {
    std::cerr << "Try 'ssem validate --help'.\n";
  }
  return kBadUsage;
}

// A spec from a file is the trainer's to read; only these two flags may change it.
Result<TrainerCall> call_with_file(const ValidateGiven& given) {
  TrainerCall call{{*given.spec}, std::nullopt};
  FaultList faults;
  for (const auto* fields : {&given.request, &given.training}) {
    for (const auto& [name, value] : *fields) {
      if (name == protocol::kDevice || name == protocol::kOutputDirectory) {
        call.arguments.push_back(flag_of(name));
        call.arguments.push_back(value);
      } else {
        faults.add('/' + name, "excludes --spec: the file says it");
      }
    }
  }
  if (!faults.empty()) return faults.to_error();
  return call;
}

Result<TrainerCall> call_of(const ValidateGiven& given) {
  if (given.spec) return call_with_file(given);
  auto spec = training_spec(given.request, given.training);
  if (!spec) return spec.error();
  return TrainerCall{{}, advisor::json::dump(spec.value())};
}

// A fault of a spec from a file is named by its place there, but for what a flag said.
std::string faults_of_file(const Error& error, const std::string& file) {
  std::string name = file == protocol::kStdin ? "the spec" : file;  // whole: the user looks for it
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return letter < ' ' || letter == 127; }, '?');
  std::string lines;
  for (const FieldFault& fault : error.fields) {
    lines += name + (fault.path.empty() ? "" : " at " + fault.path) + ": " + fault.message + '\n';
  }
  return lines;
}

int run_validate(const ValidateGiven& given) {
  auto call = call_of(given);
  if (!call) return reject_validate(call.error(), given.json);
  const auto faults = [&given](const Error& error) {
    return given.spec ? faults_of_file(error, *given.spec) : training_flag_faults(error, given.training);
  };
  return answer_by_trainer(std::move(call).value(), {"validate", given.json, validation_report, faults});
}

}  // namespace

void add_validate_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("validate", "Train, and hold the result against the prediction");
  const auto given = std::make_shared<ValidateGiven>();
  add_request_flags(*command, validation_point_flags(), "What to train with", given->request);
  add_request_flags(*command, problem_flags(), "Problem", given->request);
  add_request_flags(*command, training_flags(), "Training", given->training);
  command->add_flag("--json", given->json, "Print each event as one line of JSON")->group("Input and output");
  command
      ->add_option_function<std::string>(
          "--spec", [given](const std::string& path) { given->spec = path; },
          "Read the whole spec of the run from a file, or from stdin for -; only --device and --output-directory may "
          "be given besides")
      ->type_name("FILE|-")
      ->group("Input and output");
  command->get_help_ptr()->group("Input and output");
  static const std::string kWholeFooter = kValidateFooter + conventions();
  command->footer(kWholeFooter);
  command->callback([given, &exit_code] { exit_code = run_validate(*given); });
}

}  // namespace ssem::api::cli
