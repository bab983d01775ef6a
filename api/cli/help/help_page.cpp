#include "api/cli/help/help_page.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

namespace ssem::api::cli {
namespace {

using Kind = HelpBlock::Kind;

constexpr std::string_view kExamples = "Examples";

std::string flag_name(const CLI::Option& option) {
  std::string text = option.get_name(false, true);
  const auto comma = text.find(',');
  if (comma != std::string::npos) text.replace(comma, 1, ", ");
  const bool takes_value = option.get_items_expected_max() > 0 && option.get_type_size() > 0;
  return takes_value && !option.get_positional() ? text + ' ' + option.get_type_name() : text;
}

std::string explanation(const CLI::Option& option) {
  std::string text = option.get_description();
  if (!option.get_default_str().empty()) text += " (default " + option.get_default_str() + ')';
  if (!option.get_envname().empty()) text += " [" + option.get_envname() + ']';
  return text;
}

std::string usage(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name();
    text += option->get_required() ? name + ' ' : '[' + name + "] ";
  }
  if (!app.get_subcommands({}).empty()) text += "COMMAND ";
  return text + "[flags]";
}

bool is_title(const std::string& line) { return line.front() != ' ' && line.back() == ':'; }

HelpBlock indented_block(const std::string& line, bool code) {
  const std::string text = line.substr(line.find_first_not_of(' '));
  const auto gap = text.find("  ");
  if (code) return {Kind::code, "", line.substr(2)};
  if (gap == std::string::npos) return {Kind::paragraph, "", text};
  return {Kind::entry, text.substr(0, gap), text.substr(text.find_first_not_of(' ', gap))};
}

void add_line(HelpSection& section, const std::string& line) {
  auto& blocks = section.blocks;
  const bool indented = line.front() == ' ';
  HelpBlock block = indented ? indented_block(line, section.title == kExamples) : HelpBlock{Kind::paragraph, "", line};
  const bool continues = block.kind == Kind::paragraph && !blocks.empty() &&
                         (blocks.back().kind == Kind::paragraph || (indented && blocks.back().kind == Kind::entry));
  if (continues) {
    blocks.back().text += ' ' + block.text;
  } else if (block.kind == Kind::code && !blocks.empty() && blocks.back().kind == Kind::code &&
             blocks.back().text.back() == '\\') {
    const std::string rest = block.text.substr(block.text.find_first_not_of(' '));
    blocks.back().text.replace(blocks.back().text.size() - 1, 1, rest);
  } else {
    blocks.push_back(std::move(block));
  }
}

}  // namespace

std::vector<HelpSection> sections_of_footer(const std::string& footer) {
  std::vector<HelpSection> sections;
  bool open = false;
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      open = false;
    } else if (is_title(line)) {
      sections.push_back({line.substr(0, line.size() - 1), {}});
      open = true;
    } else {
      if (!open) sections.emplace_back();
      open = true;
      add_line(sections.back(), line);
    }
  }
  return sections;
}

HelpPage help_page(const CLI::App& app) {
  const bool main = app.get_parent() == nullptr;
  HelpPage page;
  page.command = main ? app.get_name() : app.get_parent()->get_name() + ' ' + app.get_name();
  page.summary = app.get_description();
  page.usage = usage(app);
  HelpSection commands{"Commands", {}};
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.blocks.push_back({Kind::entry, command->get_name(), command->get_description()});
  }
  if (!commands.blocks.empty()) page.commands.push_back(std::move(commands));
  for (const std::string& group : app.get_groups()) {
    if (group.empty()) continue;  // hidden
    HelpSection section{group, {}};
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_group() != group) continue;
      section.blocks.push_back({Kind::entry, flag_name(*option), explanation(*option)});
    }
    page.flags.push_back(std::move(section));
  }
  // --help is the first flag that there is, and the last that is looked for.
  if (!page.flags.empty()) std::rotate(page.flags.begin(), page.flags.begin() + 1, page.flags.end());
  page.more = sections_of_footer(app.get_footer());
  return page;
}

}  // namespace ssem::api::cli
