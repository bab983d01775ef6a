#include "api/cli/explain/named_curves.h"

#include <algorithm>
#include <cctype>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::cli {
namespace {

constexpr std::size_t kMostListed = 12;

bool speaks_of_loss(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return name.find("loss") != std::string::npos;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
    text += (i == 0 ? "" : ", ") + advisor::json::quote_for_message(names[i]);
  }
  if (names.size() > kMostListed) text += " and " + std::to_string(names.size() - kMostListed) + " more";
  return text;
}

}  // namespace

Result<std::size_t> choose_curve(const std::vector<std::string>& names, const std::optional<std::string>& name) {
  if (name) {
    const auto found = std::find(names.begin(), names.end(), *name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    return field_error("/curve_name",
                       "must be one of " + listed(names) + ", got \"" + advisor::json::quote_for_message(*name) + "\"");
  }
  if (names.size() == 1) return std::size_t{0};
  std::vector<std::size_t> losses;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (speaks_of_loss(names[i])) losses.push_back(i);
  }
  if (losses.size() == 1) return losses.front();
  return field_error("/curve_name", "is required: the file has " + listed(names));
}

}  // namespace ssem::api::cli
