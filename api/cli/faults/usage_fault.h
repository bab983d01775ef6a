// What is said when the command line cannot be read: one line per fault, with the flag that was probably meant.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace ssem::api::cli {

// `app` is the main application after the failed parse. Ends in a newline.
std::string usage_fault(const CLI::App& app, const CLI::ParseError& error);

// Of a word that stands where a command of `app` is expected.
std::string unknown_command(const CLI::App& app, const std::string& given);

}  // namespace ssem::api::cli
