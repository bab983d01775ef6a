#include "api/http/dashboard/dashboard_csv.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "api/http/dashboard/dashboard_call.h"
#include "api/http/dashboard/dashboard_text.h"
#include "api/studies/python_json.h"

namespace ssem::api::http {
namespace {

using studies::Study;
using studies::Trial;
using studies::TrialPtr;

bool is_number(const std::string& text) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size();
}

// What a spreadsheet would take for a formula and run begins with an apostrophe, which makes it text there. Numbers
// stay.
bool could_run(const std::string& text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos && !is_number(text);
}

std::string cell(const std::string& given) {
  std::string text = could_run(given) ? "'" + given : given;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + "\"";
}

std::vector<std::string> value_names(const Study& study) {
  std::vector<std::string> names;
  if (const std::string* text = studies::find_attribute(study.system_attributes, "study:metric_names")) {
    if (const auto list = studies::parse_python_json(*text)) {
      for (const studies::PythonValue& name : list.value().items) names.push_back(name.text);
    }
  }
  if (names.size() == study.directions.size()) return names;
  if (study.directions.size() == 1) return {"Value"};
  names.clear();
  for (std::size_t k = 0; k < study.directions.size(); ++k) names.push_back("Objective " + std::to_string(k));
  return names;
}

std::string param_cell(const Trial& trial, const std::string& name) {
  for (const studies::Param& param : trial.params) {
    if (param.name != name) continue;
    if (!param.distribution) return python_float(param.internal_value);
    const auto value = studies::external_value(*param.distribution, param.internal_value);
    return value.kind == studies::PythonValue::Kind::null ? "" : python_str(value);
  }
  return {};
}

std::string row_of(const Trial& trial, std::size_t objectives, const std::set<std::string>& params,
                   const std::set<std::string>& attributes) {
  std::string row = std::to_string(trial.number) + "," + std::string(studies::name_of(trial.state));
  for (std::size_t k = 0; k < objectives; ++k) {
    row += "," + (trial.values && k < trial.values->size() ? python_float((*trial.values)[k]) : "");
  }
  for (const std::string& name : params) row += "," + cell(param_cell(trial, name));
  for (const std::string& key : attributes) {
    const std::string* json = studies::find_attribute(trial.user_attributes, key);
    row += "," + (json != nullptr ? cell(shown_attribute(*json)) : "");
  }
  return row + "\r\n";
}

// The study's name without what file systems and headers refuse.
std::string file_name(const std::string& name) {
  std::string file;
  for (const char letter : name) {
    const bool plain = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                       (letter >= 'A' && letter <= 'Z') || letter == '_' || letter == '.';
    if (plain) {
      file += letter;
    } else if (letter == ' ' || letter == '-') {
      file += '-';
    }
  }
  return (file.empty() ? "study" : file.substr(0, 100)) + ".csv";
}

}  // namespace

Result<std::optional<std::vector<std::int64_t>>> csv_numbers(const Request& request) {
  using Numbers = std::optional<std::vector<std::int64_t>>;
  const auto query = read_query(request, {"trial_ids"});
  if (!query) return query.error();
  const auto given = query.value().find("trial_ids");
  if (given == query.value().end() || given->second.empty()) return Numbers();
  std::vector<std::int64_t> numbers;
  std::string_view text = given->second;
  for (;;) {
    const std::size_t comma = text.find(',');
    const auto number = integer_from(text.substr(0, comma));
    if (!number) {
      FaultList faults;
      faults.add("/trial_ids", "must be numbers of trials, parted by commas");
      return faults.to_error();
    }
    numbers.push_back(*number);
    if (comma == std::string_view::npos) return Numbers(std::move(numbers));
    text.remove_prefix(comma + 1);
  }
}

Response csv_of(const Study& study, const std::vector<TrialPtr>& trials,
                const std::optional<std::vector<std::int64_t>>& numbers, const Request& request) {
  std::vector<TrialPtr> chosen;
  std::copy_if(trials.begin(), trials.end(), std::back_inserter(chosen), [&](const TrialPtr& trial) {
    return !numbers || std::find(numbers->begin(), numbers->end(), trial->number) != numbers->end();
  });
  if (numbers && chosen.empty()) {
    return refusal({ErrorCode::not_found, "the study has none of these trials", {}}, request);
  }
  std::set<std::string> params;
  std::set<std::string> attributes;
  for (const TrialPtr& trial : chosen) {
    for (const studies::Param& param : trial->params) params.insert(param.name);
    for (const studies::Attribute& each : trial->user_attributes) attributes.insert(each.key);
  }
  std::string table = "Number,State";
  for (const std::string& name : value_names(study)) table += "," + cell(name);
  for (const std::string& name : params) table += "," + cell("Param " + name);
  for (const std::string& key : attributes) table += "," + cell("UserAttribute " + key);
  table += "\r\n";
  for (const TrialPtr& trial : chosen) table += row_of(*trial, study.directions.size(), params, attributes);
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file_name(study.name) + "\"");
  response.body = std::move(table);
  return response;
}

}  // namespace ssem::api::http
