#include "api/cli/help/man_page.h"

#include <algorithm>

namespace ssem::api::cli {
namespace {

using Kind = HelpBlock::Kind;

// '-' would become a hyphen that cannot be pasted; a point or quote that begins a line would be a request.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if ((letter == '.' || letter == '\'') && result.empty()) result += "\\&";
    if (letter == '\\') {
      result += "\\e";
    } else if (letter == '-') {
      result += "\\-";
    } else {
      result += letter;
    }
  }
  return result;
}

std::string in_quotes(std::string text) {
  std::replace(text.begin(), text.end(), '"', '\'');
  return '"' + escaped(text) + '"';
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return text;
}

std::string blocks_text(const HelpSection& section) {
  std::string text;
  for (const HelpBlock& block : section.blocks) {
    if (block.kind == Kind::entry) text += ".TP\n.B " + escaped(block.term) + '\n' + escaped(block.text) + '\n';
    if (block.kind == Kind::code) text += ".PP\n.nf\n.RS\n" + escaped(block.text) + "\n.RE\n.fi\n";
    if (block.kind == Kind::paragraph) text += ".PP\n" + escaped(block.text) + '\n';
  }
  return text;
}

}  // namespace

std::string man_page_name(const HelpPage& page) {
  std::string name = page.command;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string man_page(const HelpPage& page, const std::string& version) {
  const std::string name = man_page_name(page);
  std::string text = ".TH " + in_quotes(in_capitals(name)) + " 1 \"\" " + in_quotes("ssem " + version) +
                     " \"User Commands\"\n.nh\n.ad l\n.SH NAME\n" + escaped(name) + " \\- " + escaped(page.summary) +
                     "\n.SH SYNOPSIS\n.B " + escaped(page.command) + '\n' + escaped(page.usage) + '\n';
  for (const HelpSection& section : page.commands) {
    text += ".SH " + in_quotes(in_capitals(section.title)) + '\n' + blocks_text(section);
  }
  text += ".SH OPTIONS\n";
  for (const HelpSection& section : page.flags) text += ".SS " + in_quotes(section.title) + '\n' + blocks_text(section);
  for (const HelpSection& section : page.more) {
    text +=
        ".SH " + in_quotes(section.title.empty() ? "NOTES" : in_capitals(section.title)) + '\n' + blocks_text(section);
  }
  text += ".SH \"SEE ALSO\"\n";
  if (page.commands.empty()) return text + ".BR ssem (1)\n";
  std::string others;
  for (const HelpBlock& command : page.commands.front().blocks) {
    others += (others.empty() ? "" : ",\n") + std::string(".BR ") + escaped(name + '-' + command.term) + " (1)";
  }
  return text + others + '\n';
}

}  // namespace ssem::api::cli
