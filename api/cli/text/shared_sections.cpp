#include "api/cli/text/shared_sections.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

#include "api/cli/text/number_format.h"

namespace ssem::api::cli {
namespace {

std::string value_text(const advisor::Assumption& assumption) {
  if (const auto* text = std::get_if<std::string>(&assumption.value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&assumption.value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&assumption.value)) {
    return std::isinf(*number) ? "without end" : short_number(*number);
  }
  return std::get<bool>(assumption.value) ? "true" : "false";
}

std::size_t position_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  const auto position = static_cast<std::size_t>(found - names.begin());
  if (found == names.end()) names.push_back(name);
  return position;
}

}  // namespace

void add_assumed(Report& report, const std::vector<advisor::Assumption>& assumed) {
  if (assumed.empty()) return;
  report.heading("Assumed, because no flag says otherwise");
  for (const advisor::Assumption& each : assumed) {
    std::string flag = "--" + each.field;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::string sentence = flag + " " + value_text(each) + ": " + each.why;
    if (each.otherwise) {
      sentence += " With " + each.otherwise->value + " the answer is loss weight " +
                  short_number(each.otherwise->loss_weight) + " at temperature " +
                  short_number(each.otherwise->temperature) + ".";
    }
    report.sentence(sentence);
  }
}

void add_numerics(Report& report, const std::vector<advisor::NumericLimit>& numerics) {
  if (numerics.empty()) return;
  std::vector<std::string> titles{"library"};
  std::vector<std::string> libraries;
  std::vector<std::vector<std::string>> rows;
  for (const advisor::NumericLimit& limit : numerics) {
    const std::size_t column = position_of(titles, limit.dtype);
    const std::size_t row = position_of(libraries, limit.library);
    if (row == rows.size()) rows.push_back({limit.library});
    if (rows[row].size() <= column) rows[row].resize(column + 1, "?");
    rows[row][column] = short_number(limit.lowest_safe_temperature);
  }
  report.heading("Lowest temperature that is safe in floating point");
  report.table(titles, rows);
}

}  // namespace ssem::api::cli
