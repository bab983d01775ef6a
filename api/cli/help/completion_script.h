// Completion scripts for bash, zsh and fish.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ssem::api::cli {

struct CompletedFlag {
  std::string name;  // with dashes
  std::string help;
  bool takes_value = false;
  bool takes_file = false;
  std::vector<std::string> choices;
};

struct CompletedCommand {
  std::string name;  // empty: the program itself
  std::string help;
  std::vector<CompletedFlag> flags;
  std::vector<std::string> arguments;  // choices of the positional argument
};

// `commands` begins with the program itself.
std::string bash_completion(const std::vector<CompletedCommand>& commands);
std::string zsh_completion(const std::vector<CompletedCommand>& commands);
std::string fish_completion(const std::vector<CompletedCommand>& commands);

}  // namespace ssem::api::cli
