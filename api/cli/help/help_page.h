// What there is to say about a command: the source of --help, `ssem help` and the manual pages.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ssem::api::cli {

struct HelpBlock {
  enum class Kind {
    paragraph,
    entry,  // a term and what it means: a flag, a command, an exit code
    code,   // a line to type
  };
  Kind kind = Kind::paragraph;
  std::string term;
  std::string text;
};

struct HelpSection {
  std::string title;  // empty: nothing stands above its text
  std::vector<HelpBlock> blocks;
};

struct HelpPage {
  std::string command;  // "ssem" or "ssem recommend"
  std::string summary;
  std::string usage;  // behind the command: "FILE [flags]"
  std::vector<HelpSection> commands;
  std::vector<HelpSection> flags;  // one for each group; defaults and environment variables are in the text
  std::vector<HelpSection> more;   // of the footer
};

HelpPage help_page(const CLI::App& app);

// Of a footer, in which "Title:" begins a section and a blank line ends it; "  term  meaning" is an entry, which
// further lines with an indent continue; under "Examples:" every line with an indent is code; the rest is running text.
std::vector<HelpSection> sections_of_footer(const std::string& footer);

}  // namespace ssem::api::cli
