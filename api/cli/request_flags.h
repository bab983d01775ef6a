// The flags of `recommend` and `evaluate`: one for every field of a request, with its help.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisor/result.h"

namespace CLI {
class App;
}

namespace ssem::api::cli {

struct RequestFlag {
  std::string_view field;   // as in JSON; the flag has dashes
  std::string placeholder;  // N, X, NAME, A,B,C
  std::string help;         // meaning, range, default
  std::vector<std::string_view> choices;
  std::string_view name = {};           // of the flag, where it is not the field's
  std::string_view value_of_flag = {};  // what the flag alone says, where none follows it
};

const std::vector<RequestFlag>& problem_flags();
const std::vector<RequestFlag>& evaluation_flags();
const std::vector<RequestFlag>& recommendation_flags();
const std::vector<RequestFlag>& library_flags();
// curve_name is the command line's own; curve is a file's name here.
const std::vector<RequestFlag>& explanation_flags();

// "batch_size" to "--batch-size".
std::string flag_of(const RequestFlag& flag);
std::string flag_of(std::string_view field);

// The choices of a flag such as "convention"; empty where any value may follow.
std::vector<std::string_view> choices_of(std::string_view field);

// What each flag was given, in the order of the table; a flag given twice is there twice.
using GivenFields = std::vector<std::pair<std::string, std::string>>;

// Adds the flags to a command under a heading. `given` must outlive the parse.
void add_request_flags(CLI::App& command, const std::vector<RequestFlag>& flags, const std::string& heading,
                       GivenFields& given);

// One line per fault, "--batch-size: must be ..., got ...".
std::string flag_faults(const Error& error);

}  // namespace ssem::api::cli
