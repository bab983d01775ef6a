#include "api/cli/faults/usage_fault.h"

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

#include "advisor/json/quote_for_message.h"
#include "api/cli/faults/flag_suggestion.h"

namespace ssem::api::cli {
namespace {

using advisor::json::quote_for_message;

std::string did_you_mean(const std::string& meant) { return meant.empty() ? "" : "; did you mean " + meant + "?"; }

std::string unknown_flag(const CLI::App& command, const std::string& given) {
  const std::string word = given.substr(0, given.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  return quote_for_message(word) + ": is no known flag" +
         (command.get_parent() == nullptr ? "" : " of " + command.get_name()) +
         did_you_mean(suggested_flag(word, known)) + '\n';
}

// Behind an unknown command all flags are unknown too: the command alone is the fault.
std::string unknown_words(const CLI::App& command) {
  const bool main = command.get_parent() == nullptr;
  std::string text;
  bool after_flag = false;
  for (const std::string& word : command.remaining()) {
    const bool flag = word.size() > 1 && word.front() == '-';
    const bool value_of_unknown_flag = after_flag && !flag;
    after_flag = flag && word.find('=') == std::string::npos;
    if (flag) {
      text += unknown_flag(command, word);
    } else if (main) {
      return unknown_command(command, word);
    } else if (!value_of_unknown_flag) {
      text += quote_for_message(word) + ": is no known argument of " + command.get_name() + '\n';
    }
  }
  return text;
}

// The library's message begins with the flag.
std::string value_missing(std::string_view message) {
  if (const auto end = message.find(" was given a disallowed"); end != std::string_view::npos) {
    const auto start = message.find_first_not_of('-');
    return "--" + quote_for_message(message.substr(start, end - start)) + ": takes no value\n";
  }
  const std::string flag = quote_for_message(message.substr(0, message.find(':')));
  return flag +
         (message.find("missing") == std::string_view::npos ? ": was given too many values\n" : ": needs a value\n");
}

// "Could not convert: --insecure = maybe": only switches read their value by themselves.
std::string wrong_switch(const std::string& message) {
  const auto flag = message.find("--");
  const std::string named = message.substr(std::min(flag, message.size()));
  return quote_for_message(named.substr(0, named.find(' '))) + ": must be true or false\n";
}

}  // namespace

std::string unknown_command(const CLI::App& app, const std::string& given) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  return quote_for_message(given) + ": is no known command" + did_you_mean(suggested_command(given, known)) + '\n';
}

std::string usage_fault(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  for (const CLI::App* subcommand : app.get_subcommands()) command = subcommand;
  std::string text;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    text = unknown_words(app);
    if (command != &app) text += unknown_words(*command);
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    text = value_missing(error.what());
  } else if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) {
    text = error.what() + std::string("\n");  // of our own checks, which quote what was given
  } else if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    text = wrong_switch(error.what());
  } else {
    text = quote_for_message(error.what()) + '\n';
  }
  const std::string name = command == &app ? "ssem" : "ssem " + command->get_name();
  return text + "Try '" + name + " --help'.\n";
}

}  // namespace ssem::api::cli
