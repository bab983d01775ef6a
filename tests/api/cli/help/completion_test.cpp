#include <doctest/doctest.h>

#include "api/cli/help/completion_script.h"
#include "tests/api/cli/help/contains.h"

namespace ssem::api::cli {
namespace {

const std::vector<CompletedCommand> kCommands{
    {"", "", {{"--help", "Show this help", false, false, {}}}, {}},
    {"evaluate",
     "What it's like: all of it",
     {{"--convention", "Which [loss]: it's one", true, false, {"supcon", "dcl"}}, {"--input", "Lines", true, true, {}}},
     {}},
    {"completion", "Print", {}, {"bash", "zsh"}}};

}  // namespace

TEST_CASE("each shell's script knows commands, flags, choices and files") {
  const std::string bash = bash_completion(kCommands);
  CHECK(contains(bash, R"("") words="evaluate completion --help")"));
  CHECK(contains(bash, R"("evaluate --convention") COMPREPLY=($(compgen -W "supcon dcl" -- "$word")))"));
  CHECK(contains(bash, R"("evaluate --input") COMPREPLY=($(compgen -f -- "$word")))"));
  CHECK(contains(bash, R"("completion") words="bash zsh")"));
  const std::string zsh = zsh_completion(kCommands);
  CHECK(contains(zsh, ":value:(supcon dcl)"));
  CHECK(contains(zsh, ":file:_files"));
  const std::string fish = fish_completion(kCommands);
  CHECK(contains(fish, "-l convention -x -a 'supcon dcl'"));
  CHECK(contains(fish, "-l input -r -F"));
}

TEST_CASE("explanations keep their colons and brackets and cannot break out of their quotes") {
  CHECK(contains(zsh_completion(kCommands), R"('--convention[Which \[loss\]\: it'\''s one]:value:)"));
  CHECK(contains(zsh_completion(kCommands), R"('evaluate:What it'\''s like: all of it')"));
  CHECK(contains(fish_completion(kCommands), R"(-d 'What it'\''s like: all of it')"));
  CHECK(contains(fish_completion(kCommands), R"(-d 'Which [loss]: it'\''s one')"));
}

TEST_CASE("the script of zsh begins the completion system where nobody has") {
  const std::string zsh = zsh_completion(kCommands);
  CHECK(zsh.find("autoload -Uz compinit && compinit") < zsh.find("compdef _ssem ssem"));
  CHECK(contains(zsh, "(( $+functions[compdef] )) ||"));
}

}  // namespace ssem::api::cli
