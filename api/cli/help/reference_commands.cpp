#include "api/cli/help/reference_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "api/cli/exit_codes.h"
#include "api/cli/faults/usage_fault.h"
#include "api/cli/help/help_layout.h"
#include "api/cli/help/man_page.h"
#include "api/cli/text/text_style.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using files::print;

int printed(const std::string& text) { return print(text) ? kAnswered : kSomeLineFailed; }

struct Asked {
  std::string command;
  bool list = false;
};

// The application or one of its commands; nothing for another word, and then the fault is told.
const CLI::App* find_command(const CLI::App& app, const std::string& name) {
  if (name.empty() || name == app.get_name()) return &app;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == name) return command;
  }
  std::cerr << unknown_command(app, name) << "Try 'ssem --help'.\n";
  return nullptr;
}

int print_help(const CLI::App& app, const Asked& asked) {
  const CLI::App* command = find_command(app, asked.command);
  return command == nullptr ? kBadUsage : printed(help_text(help_page(*command), text_style_of_stdout().width));
}

// "ssem-recommend" is the page's name, and so another name of the command.
std::string without_program(const CLI::App& app, const std::string& name) {
  const std::string program = app.get_name() + '-';
  return name.rfind(program, 0) == 0 ? name.substr(program.size()) : name;
}

int print_man_page(const CLI::App& app, const Asked& asked) {
  if (asked.list) {
    std::string names = man_page_name(help_page(app)) + '\n';
    for (const CLI::App* command : app.get_subcommands({})) names += man_page_name(help_page(*command)) + '\n';
    return printed(names);
  }
  const CLI::App* command = find_command(app, without_program(app, asked.command));
  return command == nullptr ? kBadUsage : printed(man_page(help_page(*command), SSEM_VERSION));
}

}  // namespace

void add_reference_commands(CLI::App& app, int& exit_code) {
  const auto asked = std::make_shared<Asked>();
  CLI::App* help = app.add_subcommand("help", "Explain ssem or one of its commands");
  help->add_option("COMMAND", asked->command, "What to explain (default: ssem itself)");
  help->footer(
      "Examples:\n"
      "  ssem help recommend\n");
  help->callback([&app, asked, &exit_code] { exit_code = print_help(app, *asked); });

  CLI::App* version = app.add_subcommand("version", "Show the version");
  version->callback([&exit_code] { exit_code = printed("ssem " SSEM_VERSION "\n"); });

  CLI::App* man = app.add_subcommand("man", "Print a manual page, in roff");
  man->add_option("COMMAND", asked->command, "The command whose page it is (default: ssem itself)");
  man->add_flag("--list", asked->list, "Print the names of all pages, one a line");
  man->footer(
      "Examples:\n"
      "  ssem man recommend | man -l -\n");
  man->callback([&app, asked, &exit_code] { exit_code = print_man_page(app, *asked); });
}

}  // namespace ssem::api::cli
