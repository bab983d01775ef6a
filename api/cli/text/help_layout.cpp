#include "api/cli/text/help_layout.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "api/cli/text/text_style.h"

namespace ssem::api::cli {
namespace {

constexpr std::size_t kFlagWidth = 36;

std::string entry(std::string name, const std::string& explanation, int width) {
  name = "  " + name;
  if (name.size() + 2 > kFlagWidth) return name + '\n' + wrap(std::string(kFlagWidth, ' '), explanation, width);
  name.append(kFlagWidth - name.size(), ' ');
  return wrap(name, explanation, width);
}

std::string flag_name(const CLI::Option& option) {
  std::string text = option.get_name(false, true);
  const auto comma = text.find(',');
  if (comma != std::string::npos) text.replace(comma, 1, ", ");
  const bool takes_value = option.get_items_expected_max() > 0 && option.get_type_size() > 0;
  return takes_value ? text + ' ' + option.get_type_name() : text;
}

std::string usage(const CLI::App& app) {
  std::string text = "Usage: ";
  text += app.get_parent() == nullptr ? app.get_name() : app.get_parent()->get_name() + ' ' + app.get_name();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) text += ' ' + option->get_name();
  }
  if (!app.get_subcommands({}).empty()) text += " COMMAND";
  return text + " [flags]\n";
}

std::string help(const CLI::App& app) {
  const int width = text_style_of_stdout().width;
  std::string text = wrap("", app.get_description(), width) + '\n' + usage(app);
  const auto commands = app.get_subcommands({});
  if (!commands.empty()) text += "\nCommands:\n";
  for (const CLI::App* command : commands) text += entry(command->get_name(), command->get_description(), width);
  for (const std::string& group : app.get_groups()) {
    if (group.empty()) continue;  // hidden
    text += '\n' + group + ":\n";
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_group() == group) text += entry(flag_name(*option), option->get_description(), width);
    }
  }
  if (!app.get_footer().empty()) text += '\n' + app.get_footer();
  return text;
}

}  // namespace

void use_help_layout(CLI::App& app) {
  app.formatter_fn([](const CLI::App* shown, const std::string&, CLI::AppFormatMode) { return help(*shown); });
}

}  // namespace ssem::api::cli
