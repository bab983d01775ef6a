#include "api/cli/help/help_layout.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <span>
#include <string>

#include "api/cli/text/command_lines.h"
#include "api/cli/text/text_style.h"

namespace ssem::api::cli {
namespace {

using Kind = HelpBlock::Kind;

constexpr std::size_t kWidestTerm = 34;
constexpr std::size_t kLeastExplanation = 36;  // narrower, it goes below its term

// How wide the terms are with what stands around them; 0 where explanations go below.
std::size_t term_column(std::span<const HelpSection> sections, int width) {
  std::size_t longest = 0;
  for (const HelpSection& section : sections) {
    for (const HelpBlock& block : section.blocks) {
      if (block.kind == Kind::entry && block.term.size() <= kWidestTerm) longest = std::max(longest, block.term.size());
    }
  }
  const std::size_t column = longest + 4;
  return column + kLeastExplanation <= static_cast<std::size_t>(width) ? column : 0;
}

std::string entry_text(const HelpBlock& block, std::size_t column, int width) {
  std::string term = "  " + block.term;
  if (term.size() + 2 > column) {
    return wrap("  ", block.term, width) + wrap(std::string(std::max<std::size_t>(column, 6), ' '), block.text, width);
  }
  term.append(column - term.size(), ' ');
  return wrap(term, block.text, width);
}

std::string section_text(const HelpSection& section, std::size_t column, int width) {
  std::string text = section.title.empty() ? "\n" : '\n' + section.title + ":\n";
  for (const HelpBlock& block : section.blocks) {
    if (block.kind == Kind::entry) text += entry_text(block, column, width);
    if (block.kind == Kind::code) text += command_lines(block.text, 2, width);
    if (block.kind == Kind::paragraph) text += wrap(section.title.empty() ? "" : "  ", block.text, width);
  }
  return text;
}

}  // namespace

std::string help_text(const HelpPage& page, int width) {
  std::string text = wrap("", page.summary, width) + '\n' + wrap("Usage: ", page.command + ' ' + page.usage, width);
  for (const auto* sections : {&page.commands, &page.flags}) {
    const std::size_t column = term_column(*sections, width);
    for (const HelpSection& section : *sections) text += section_text(section, column, width);
  }
  for (const HelpSection& section : page.more) text += section_text(section, term_column({&section, 1}, width), width);
  return text;
}

void use_help_layout(CLI::App& app) {
  app.formatter_fn([](const CLI::App* shown, const std::string&, CLI::AppFormatMode) {
    return help_text(help_page(*shown), text_style_of_stdout().width);
  });
}

}  // namespace ssem::api::cli
