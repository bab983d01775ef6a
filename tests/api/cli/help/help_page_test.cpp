#include "api/cli/help/help_page.h"

#include <doctest/doctest.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "api/cli/help/help_layout.h"
#include "api/cli/help/man_page.h"
#include "tests/api/cli/help/contains.h"

namespace ssem::api::cli {
namespace {

using Kind = HelpBlock::Kind;

constexpr const char* kFooter =
    "Some text that\n"
    "goes on.\n"
    "\n"
    "Examples:\n"
    "  ssem do --first 'one two' \\\n"
    "      --second 2 | less\n"
    "\n"
    "Exit codes:\n"
    "What they are.\n"
    "  0  all is\n"
    "     well\n"
    "  2  it's wrong\n";

HelpPage page() {
  CLI::App app("What it is for", "ssem");
  CLI::App* command = app.add_subcommand("do", ".Does something: with a point in front");
  command->add_option("--port")->description("Where to listen")->type_name("N")->default_str("80")->envname("SSEM_P");
  command->add_option("FILE")->required();
  command->footer(kFooter);
  return help_page(*command);
}

}  // namespace

TEST_CASE("a footer is read as running text, code and terms with their meaning") {
  const std::vector<HelpSection> sections = sections_of_footer(kFooter);
  REQUIRE(sections.size() == 3);
  CHECK(sections[0].title.empty());
  CHECK(sections[0].blocks[0].text == "Some text that goes on.");
  CHECK(sections[1].title == "Examples");
  REQUIRE(sections[1].blocks.size() == 1);
  CHECK(sections[1].blocks[0].text == "ssem do --first 'one two' --second 2 | less");
  REQUIRE(sections[2].blocks.size() == 3);
  CHECK(sections[2].blocks[0].kind == Kind::paragraph);
  CHECK(sections[2].blocks[1].term == "0");
  CHECK(sections[2].blocks[1].text == "all is well");
}

TEST_CASE("a flag's default and its environment variable stand behind its explanation") {
  const HelpPage shown = page();
  CHECK(shown.command == "ssem do");
  CHECK(shown.usage == "FILE [flags]");
  bool found = false;
  for (const HelpSection& section : shown.flags) {
    for (const HelpBlock& block : section.blocks) {
      if (block.term == "--port N") found = block.text == "Where to listen (default 80) [SSEM_P]";
    }
  }
  CHECK(found);
}

TEST_CASE("help keeps to its width at any width, and its commands stay ones that can be pasted") {
  for (const int width : {40, 60, 100}) {
    const std::string text = help_text(page(), width);
    CHECK(contains(text, width < 60 ? "  ssem do --first 'one two' --second 2 \\\n      | less\n"
                                    : "  ssem do --first 'one two' --second 2 | less\n"));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= static_cast<std::size_t>(width));
    CHECK(text.back() == '\n');
  }
}

TEST_CASE("a manual page has the parts that man wants, of the same text") {
  const std::string text = man_page(page(), "1.2.3");
  CHECK(text.rfind(".TH \"SSEM\\-DO\" 1 \"\" \"ssem 1.2.3\"", 0) == 0);
  CHECK(contains(text, ".SH NAME\nssem\\-do \\- \\&.Does something: with a point in front\n.SH SYNOPSIS\n"));
  CHECK(contains(text, ".TP\n.B \\-\\-port N\nWhere to listen (default 80) [SSEM_P]\n"));
  CHECK(contains(text, ".nf\n.RS\nssem do \\-\\-first 'one two' \\-\\-second 2 | less\n"));
  CHECK(contains(text, ".SH \"EXIT CODES\"\n"));
}

}  // namespace ssem::api::cli
