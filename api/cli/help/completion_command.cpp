#include "api/cli/help/completion_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "advisor/json/quote_for_message.h"
#include "api/cli/exit_codes.h"
#include "api/cli/help/completion_script.h"
#include "api/cli/request_flags.h"
#include "api/cli/training_spec.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using files::print;

const std::vector<std::string>& shells() {
  static const std::vector<std::string> kShells{"bash", "zsh", "fish"};
  return kShells;
}

CompletedFlag completed_flag(const CLI::Option& option, const std::string& long_name) {
  CompletedFlag flag;
  flag.name = "--" + long_name;
  flag.help = option.get_description();
  flag.takes_value = option.get_items_expected_max() > 0 && option.get_type_size() > 0;
  flag.takes_file = option.get_type_name().rfind("FILE", 0) == 0 || option.get_type_name() == "FOLDER";
  std::string field = long_name;
  for (char& letter : field) letter = letter == '-' ? '_' : letter;
  for (const std::string_view choice : choices_of(field)) flag.choices.emplace_back(choice);
  for (const RequestFlag& training : training_flags()) {
    if (training.field == field) flag.choices.assign(training.choices.begin(), training.choices.end());
  }
  return flag;
}

CompletedCommand completed_command(const CLI::App& command, const std::string& name) {
  CompletedCommand completed{name, command.get_description(), {}, {}};
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& long_name : option->get_lnames()) {
      completed.flags.push_back(completed_flag(*option, long_name));
    }
  }
  if (name == "completion") completed.arguments = shells();
  if (name == "help" || name == "man") {
    for (const CLI::App* other : command.get_parent()->get_subcommands({})) {
      completed.arguments.push_back(other->get_name());
    }
  }
  return completed;
}

int print_script(const CLI::App& app, const std::string& shell) {
  std::vector<CompletedCommand> commands{completed_command(app, "")};
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(completed_command(*command, command->get_name()));
  }
  if (shell == "bash") return print(bash_completion(commands)) ? kAnswered : kSomeLineFailed;
  if (shell == "zsh") return print(zsh_completion(commands)) ? kAnswered : kSomeLineFailed;
  if (shell == "fish") return print(fish_completion(commands)) ? kAnswered : kSomeLineFailed;
  std::cerr << "SHELL: must be bash, zsh or fish, got \"" << advisor::json::quote_for_message(shell) << "\"\n";
  return kBadUsage;
}

}  // namespace

void add_completion_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required();
  command->footer(
      "Examples:\n"
      "  source <(ssem completion bash)\n"
      "  source <(ssem completion zsh)\n"
      "  ssem completion fish | source\n");
  command->callback([&app, shell, &exit_code] { exit_code = print_script(app, *shell); });
}

}  // namespace ssem::api::cli
