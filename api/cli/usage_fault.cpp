#include "api/cli/usage_fault.h"

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

#include "advisor/json/closest_name.h"
#include "advisor/json/quote_for_message.h"

namespace ssem::api::cli {
namespace {

using advisor::json::closest_name;
using advisor::json::quote_for_message;

// The flags (with dashes) or, for the main application, also the commands that could have been meant.
std::vector<std::string> known_words(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  for (const CLI::App* subcommand : command.get_subcommands({})) words.push_back(subcommand->get_name());
  return words;
}

std::string unknown_word(const CLI::App& command, const std::string& given) {
  const bool flag = given.size() > 1 && given.front() == '-';
  const std::string word = flag ? given.substr(0, given.find('=')) : given;
  const std::vector<std::string> words = known_words(command);
  const std::vector<std::string_view> known(words.begin(), words.end());
  const std::string_view meant = closest_name(word, known);
  const bool main = command.get_parent() == nullptr;
  std::string text = quote_for_message(word) + ": is no known " + (flag ? "flag" : (main ? "command" : "argument"));
  if (!main && flag) text += " of " + command.get_name();
  if (!meant.empty()) text += "; did you mean " + std::string(meant) + "?";
  return text + '\n';
}

std::string unknown_words(const CLI::App& command) {
  std::string text;
  bool after_flag = false;
  for (const std::string& word : command.remaining()) {
    const bool flag = word.size() > 1 && word.front() == '-';
    const bool value_of_unknown_flag = after_flag && !flag;
    after_flag = flag && word.find('=') == std::string::npos;
    if (!value_of_unknown_flag) text += unknown_word(command, word);
  }
  return text;
}

// The library's message begins with the flag.
std::string value_missing(std::string_view message) {
  const std::string flag = quote_for_message(message.substr(0, message.find(':')));
  return flag +
         (message.find("missing") == std::string_view::npos ? ": was given too many values\n" : ": needs a value\n");
}

}  // namespace

std::string usage_fault(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  for (const CLI::App* subcommand : app.get_subcommands()) command = subcommand;
  std::string text;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    text = unknown_words(app);
    if (command != &app) text += unknown_words(*command);
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    text = value_missing(error.what());
  } else {
    text = quote_for_message(error.what()) + '\n';
  }
  const std::string name = command == &app ? "ssem" : "ssem " + command->get_name();
  return text + "Try '" + name + " --help'.\n";
}

}  // namespace ssem::api::cli
